import {
  Algorithms,
  createAccount,
  createOperator,
  createUser,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds,
  fromSeed,
  type KeyPair,
} from '@nats-io/jwt'
import { type MemberKind, permissionsOf, responsesLastText } from './permissions.ts'

/** One member of a fleet as `fleet.json` has it: nothing of it is secret. */
export interface Member {
  name: string
  kind: MemberKind
  /** The public key it signs in with, which is its id. */
  key: string
  /** Of a controller: the public key that its commands are signed with. */
  signingKey?: string
  madeAt: string
}

/** All that is known of a fleet's keys; the seeds are in files of their own. */
export interface FleetKeys {
  version: 1
  prefix: string
  /** `nkeys`: the server's configuration lists the keys. `jwt`: each member has a `.creds` file, signed by an account. */
  form: 'nkeys' | 'jwt'
  members: Member[]
  operatorJwt?: string
  accountJwt?: string
  accountKey?: string
  /** The account of the server's own subjects; no member belongs to it. */
  systemJwt?: string
  systemKey?: string
  /** Keys of members that were taken out, and when, in seconds. */
  revoked?: Record<string, number>
}

/** A file to write: `secret` ones are for their member alone. */
export interface KeyFile {
  path: string
  text: string
  secret: boolean
}

const seedOf = (pair: KeyPair): string => Buffer.from(pair.getSeed()).toString('utf8')

/** A new fleet's keys, with the files that come of it. */
export async function newFleetKeys(
  prefix: string,
  form: FleetKeys['form'],
): Promise<{ keys: FleetKeys; files: KeyFile[] }> {
  const keys: FleetKeys = { version: 1, prefix, form, members: [] }
  if (form === 'nkeys') return { keys, files: [] }
  const operator = createOperator()
  const account = createAccount()
  const operatorJwt = await encodeOperator(prefix, operator)
  const accountJwt = await accountJwtOf(prefix, operator, account, {})
  const system = createAccount()
  const systemJwt = await encodeAccount(
    'SYS',
    system,
    { limits: unlimited },
    { algorithm: Algorithms.v2, signer: operator },
  )
  return {
    keys: {
      ...keys,
      operatorJwt,
      accountJwt,
      accountKey: account.getPublicKey(),
      systemJwt,
      systemKey: system.getPublicKey(),
    },
    files: [
      { path: 'operator.nk', text: `${seedOf(operator)}\n`, secret: true },
      { path: 'account.nk', text: `${seedOf(account)}\n`, secret: true },
    ],
  }
}

/** Signed by the operator; without limits, which a fleet of one account does not need, and with a store. */
const accountJwtOf = (
  prefix: string,
  operator: KeyPair,
  account: KeyPair,
  revocations: Record<string, number>,
): Promise<string> =>
  encodeAccount(
    prefix,
    account,
    { limits: { ...unlimited, mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 }, revocations },
    { algorithm: Algorithms.v2, signer: operator },
  )

const unlimited = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 }

/**
 * Adds a member: its seeds or its `.creds` file, and what it writes into its configuration. `accountSeed` is needed where
 * members have `.creds` files. @throws where there is one of that name
 */
export async function addMember(
  keys: FleetKeys,
  { name, kind, at, accountSeed }: { name: string; kind: MemberKind; at: string; accountSeed: string | undefined },
): Promise<{ keys: FleetKeys; member: Member; files: KeyFile[] }> {
  if (keys.members.some((other) => other.name === name)) throw new Error(`The fleet has keys for ${name} already`)
  const user = createUser()
  const signing = kind === 'controller' ? createUser() : undefined
  const key = user.getPublicKey()
  const signingKey = signing?.getPublicKey()
  const member: Member = { name, kind, key, madeAt: at, ...(signingKey === undefined ? {} : { signingKey }) }
  const files: KeyFile[] = []
  if (keys.form === 'jwt') {
    if (accountSeed === undefined) throw new Error('account.nk is missing: nobody else can sign for this fleet')
    const allowed = permissionsOf(keys.prefix, key, kind)
    const jwt = await encodeUser(name, user, fromSeed(Buffer.from(accountSeed.trim())), {
      pub: { allow: allowed.publish },
      sub: { allow: allowed.subscribe },
      resp: { max: 1, ttl: 120_000_000_000 },
    })
    files.push({ path: `${name}.creds`, text: Buffer.from(fmtCreds(jwt, user)).toString('utf8'), secret: true })
  } else files.push({ path: `${name}.nk`, text: `${seedOf(user)}\n`, secret: true })
  if (signing) files.push({ path: `${name}.sign.nk`, text: `${seedOf(signing)}\n`, secret: true })
  return { keys: { ...keys, members: [...keys.members, member] }, member, files }
}

/**
 * Takes a member out. Where members are listed it ends when the server reads its configuration again; a `.creds` file is
 * revoked in the account, for which the operator's seed is needed.
 */
export async function removeMember(
  keys: FleetKeys,
  { name, nowMs, seeds }: { name: string; nowMs: number; seeds: { operator: string; account: string } | undefined },
): Promise<FleetKeys> {
  const member = keys.members.find((other) => other.name === name)
  if (!member) throw new Error(`The fleet has no keys for ${name}`)
  const members = keys.members.filter((other) => other !== member)
  if (keys.form === 'nkeys') return { ...keys, members }
  if (!seeds) throw new Error('operator.nk or account.nk is missing: a .creds file can be revoked by them alone')
  const revoked = { ...keys.revoked, [member.key]: Math.floor(nowMs / 1000) }
  const [operator, account] = [seeds.operator, seeds.account].map((seed) => fromSeed(Buffer.from(seed.trim())))
  if (!operator || !account) throw new Error('operator.nk or account.nk holds no seed')
  return { ...keys, members, revoked, accountJwt: await accountJwtOf(keys.prefix, operator, account, revoked) }
}

/** What `nats-server -c` reads: the fleet's members with what each may do, and where it keeps what it is to keep. */
export function serverConfig(keys: FleetKeys, storeDir: string): string {
  const lines = [
    '# Made by `hxe hosts keys`. After a change: nats-server --signal reload',
    '# Anything but loopback needs tls { cert_file, key_file }.',
    'host: 127.0.0.1',
    'port: 4222',
    'max_payload: 1MB',
    // Servers before 2.10 do not begin with a word that they do not know.
    '# With nats-server 2.10 or later: jetstream { sync_interval: always }, so that what it acknowledges is on its disk.',
    `jetstream {\n  store_dir: ${JSON.stringify(storeDir)}\n}`,
  ]
  if (keys.form === 'jwt') {
    const { operatorJwt, accountKey, accountJwt, systemKey, systemJwt } = keys
    lines.push(
      `operator: ${operatorJwt}`,
      `system_account: ${systemKey}`,
      'resolver: MEMORY',
      `resolver_preload: {\n  ${accountKey}: ${accountJwt}\n  ${systemKey}: ${systemJwt}\n}`,
    )
  } else {
    lines.push(
      'authorization {',
      '  users = [',
      ...keys.members.map((member) => userOf(keys.prefix, member)),
      '  ]',
      '}',
    )
  }
  return `${lines.join('\n')}\n`
}

function userOf(prefix: string, { name, key, kind }: Member): string {
  const { publish, subscribe } = permissionsOf(prefix, key, kind)
  const list = (subjects: readonly string[]): string => subjects.map((subject) => JSON.stringify(subject)).join(', ')
  return [
    `    # ${name}`,
    '    {',
    `      nkey: ${key}`,
    '      permissions {',
    `        publish: { allow: [${list(publish)}] }`,
    `        subscribe: { allow: [${list(subscribe)}] }`,
    `        allow_responses: { max: 1, ttl: "${responsesLastText}" }`,
    '      }',
    '    }',
  ].join('\n')
}

/** What a member writes into its configuration. `folder` is where its files lie there. */
export function memberHcl(keys: FleetKeys, member: Member, folder: string): string {
  const trusted = keys.members.flatMap(({ signingKey }) => signingKey ?? [])
  const place = (file: string): string => JSON.stringify(`${folder}/${file}`)
  return [
    'agent {',
    `  name = ${JSON.stringify(member.name)}`,
    '',
    '  nats {',
    '    servers      = ["tls://nats.example.com:4222"]',
    keys.form === 'jwt'
      ? `    creds_file   = ${place(`${member.name}.creds`)}`
      : `    nkey_seed    = ${JSON.stringify(`file:${folder}/${member.name}.nk`)}`,
    ...(member.kind === 'controller'
      ? [`    signing_seed = ${JSON.stringify(`file:${folder}/${member.name}.sign.nk`)}`]
      : []),
    `    trusted_keys = [${trusted.map((key) => JSON.stringify(key)).join(', ')}]`,
    '  }',
    '}',
    '',
  ].join('\n')
}
