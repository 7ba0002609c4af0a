import { messageOf } from '../../contract/failure.ts'
import type { ConnectionTrial, FleetConnection, NewConnection } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { type JsonObject, type NatsSettings, natsHcl } from '../config/index.ts'
import { CoreError } from '../core.ts'
import { type ConnectionDesk, type FleetAccess, loadFleet } from '../fleet/index.ts'
import { present } from '../present.ts'
import { applyConfiguration } from './apply.ts'
import { type Engine, loadOptionsOf } from './engine.ts'
import { info } from './lifetime.ts'
import { resolveNats } from './natsaccess.ts'
import { targetOf, writeAndLoad } from './write.ts'

/** The secrets of a connection, each with the attribute that refers to it. */
const secretNames = {
  token: 'fleet-token',
  password: 'fleet-password',
  nkey_seed: 'fleet-nkey',
  creds: 'fleet-creds',
  signing_seed: 'fleet-signing',
  ca: 'fleet-ca',
  cert: 'fleet-cert',
  key: 'fleet-key',
} as const
type Secret = keyof typeof secretNames
const allSecrets = Object.keys(secretNames) as Secret[]

const reference = (secret: Secret): string => `credential:${secretNames[secret]}`

/** Joins servers as a person says it in the panel: tries, keeps the secrets, and writes the rest into the files. */
export function openConnection(engine: Engine, rejoin: () => void): ConnectionDesk {
  const settings = (): NatsSettings | undefined => engine.configuration?.agent.nats
  const get = async (): Promise<FleetConnection> => viewOf(engine, settings(), await signingKeyOf(engine, settings()))

  async function attempt(connection: NewConnection): Promise<ConnectionTrial> {
    const { tryAccess } = await loadFleet()
    return tryAccess(accessOf(engine, connection, settings()), engine.deps.randomText(), engine.deps.clock)
  }

  return {
    get,
    async try(connection) {
      refusePasswords(connection)
      return attempt(connection)
    },
    async set(connection, { unchecked }, caller) {
      refusePasswords(connection)
      await refuseBadSeed(connection.signingSeed)
      if (!unchecked) {
        const { ok, text, about } = await attempt(connection)
        if (!ok) throw new CoreError('CONFLICT', text, { reason: about ?? 'fleet' })
      }
      const secrets = secretsOf(connection)
      const values = valuesOf(connection, settings())
      const undo = await keepAll(engine, secrets)
      try {
        await write(engine, values, caller)
      } catch (error) {
        await undo()
        throw error
      }
      await dropUnused(engine, connection, secrets)
      // The files may say what they said, and a secret another thing.
      rejoin()
      return get()
    },
    async remove(caller) {
      await write(engine, null, caller)
      for (const secret of allSecrets) await engine.deps.credentials.remove(secretNames[secret])
      rejoin()
      return get()
    },
  }
}

/** Null where there is no seed, or it cannot be had now. */
async function signingKeyOf(engine: Engine, nats: NatsSettings | undefined): Promise<string | null> {
  if (!nats?.signingSeed) return null
  const resolved = resolveNats(engine, nats)
  const seed = 'access' in resolved ? resolved.signingSeed : undefined
  if (seed === undefined) return null
  const { signerOf } = await loadFleet()
  try {
    return signerOf(seed).publicKey
  } catch {
    // The fleet's status says that it is none.
    return null
  }
}

function viewOf({ deps }: Engine, nats: NatsSettings | undefined, signingKey: string | null): FleetConnection {
  const { credentials } = deps
  const tls = nats?.tls
  const kind = !nats
    ? null
    : nats.token
      ? 'token'
      : nats.username
        ? 'user'
        : nats.nkeySeed
          ? 'nkey'
          : (nats.creds ?? nats.credsFile)
            ? 'creds'
            : 'none'
  return {
    servers: (nats?.servers ?? []).map((server) => plainOf(server)?.replace(/\/\/[^@/]*@/, '//') ?? ''),
    clusterName: nats?.clusterName ?? '',
    subjectPrefix: nats?.subjectPrefix ?? 'hxe',
    credential: kind,
    username: plainOf(nats?.username) ?? '',
    has: {
      ca: (tls?.ca ?? tls?.caFile) !== undefined,
      cert: (tls?.cert ?? tls?.certFile) !== undefined,
      key: (tls?.key ?? tls?.keyFile) !== undefined,
      signingSeed: nats?.signingSeed !== undefined,
    },
    trustedKeys: [...(nats?.trustedKeys ?? [])],
    signingKey,
    keeper: credentials.keeper(),
  }
}

/** A text that nothing has to be looked up for. */
const plainOf = (text: NatsSettings['token']): string | undefined =>
  text?.parts.every((part) => typeof part === 'string') ? text.parts.join('') : undefined

/** A password in an address would stand in the files. */
function refusePasswords({ servers }: NewConnection): void {
  if (!servers.some((server) => /\/\/[^/]*@/.test(server))) return
  const message = 'A server is written without a user: give user and password as the credential.'
  throw new CoreError('BAD_INPUT', message, { errors: [{ path: 'servers', message }] })
}

async function refuseBadSeed(seed: string | null | undefined): Promise<void> {
  if (!seed) return
  try {
    ;(await loadFleet()).signerOf(seed)
  } catch (error) {
    const { message } = error as Error
    throw new CoreError('BAD_INPUT', `${message}.`, { errors: [{ path: 'signingSeed', message }] })
  }
}

/** What is to be kept from now on, as it was given. */
function secretsOf({ credential, tls, signingSeed }: NewConnection): Partial<Record<Secret, string>> {
  const given = {
    token: credential.kind === 'token' ? credential.token : undefined,
    password: credential.kind === 'user' ? credential.password : undefined,
    nkey_seed: credential.kind === 'nkey' ? seedIn(credential.seed) : undefined,
    creds: credential.kind === 'creds' ? credential.creds : undefined,
    signing_seed: signingSeed ?? undefined,
    ca: tls.ca ?? undefined,
    cert: tls.cert ?? undefined,
    key: tls.key ?? undefined,
  }
  return present(given)
}

/** A file of a seed may have words around it. */
const seedIn = (text: string): string => /\bS[A-Z2-7]{50,}\b/.exec(text)?.[0] ?? text.trim()

function accessOf(engine: Engine, connection: NewConnection, nats: NatsSettings | undefined): FleetAccess {
  const { servers, credential, tls } = connection
  const resolved = nats && resolveNats(engine, nats)
  const kept = resolved && 'access' in resolved ? resolved.access : undefined
  const secrets = secretsOf(connection)
  const pem = (name: 'ca' | 'cert' | 'key'): string | undefined =>
    tls[name] === null ? kept?.tls?.[name] : secrets[name]
  const pems = present({ ca: pem('ca'), cert: pem('cert'), key: pem('key') })
  const { token, username, password, nkeySeed, creds } = kept ?? {}
  const signIn =
    credential.kind === 'kept'
      ? { token, username, password, nkeySeed, creds }
      : {
          token: secrets.token,
          username: credential.kind === 'user' ? credential.username : undefined,
          password: secrets.password,
          nkeySeed: secrets.nkey_seed,
          creds: secrets.creds,
        }
  return {
    servers,
    name: `hxe ${info(engine).name}`,
    ...present(signIn),
    ...(Object.keys(pems).length === 0 ? {} : { tls: pems }),
  }
}

/** What the `nats` block is to say: references in place of secrets, null where something goes. */
function valuesOf(connection: NewConnection, nats: NatsSettings | undefined): JsonObject {
  const { servers, clusterName, subjectPrefix, credential, signingSeed, trustedKeys } = connection
  const { kind } = credential
  const named = (secret: Secret, isIt: boolean): string | null => (isIt ? reference(secret) : null)
  return {
    servers,
    cluster_name: clusterName === '' ? null : clusterName,
    subject_prefix: subjectPrefix === '' || subjectPrefix === 'hxe' ? null : subjectPrefix,
    ...(kind === 'kept'
      ? {}
      : {
          token: named('token', kind === 'token'),
          username: credential.kind === 'user' ? credential.username : null,
          password: named('password', kind === 'user'),
          nkey_seed: named('nkey_seed', kind === 'nkey'),
          creds_file: null,
          creds: named('creds', kind === 'creds'),
        }),
    trusted_keys: trustedKeys.length === 0 ? null : trustedKeys,
    ...(signingSeed === null ? {} : { signing_seed: named('signing_seed', signingSeed !== undefined) }),
    ...tlsOf(connection, nats),
  }
}

const pems = ['ca', 'cert', 'key'] as const

function tlsOf({ tls }: NewConnection, nats: NatsSettings | undefined): JsonObject {
  const before = nats?.tls ?? {}
  const isAsBefore = pems.every(
    (name) => tls[name] === null || (tls[name] === undefined && !before[name] && !before[`${name}File`]),
  )
  if (nats && isAsBefore) return {}
  const block: Record<string, string> = {}
  for (const name of pems) {
    const path = plainOf(before[`${name}File`])
    if (typeof tls[name] === 'string' || (tls[name] === null && before[name])) block[name] = reference(name)
    else if (tls[name] === null && path !== undefined) block[`${name}_file`] = path
  }
  return { tls: Object.keys(block).length === 0 ? null : block }
}

/** Keeps what was given; returns what puts back what was there before. */
async function keepAll({ deps }: Engine, secrets: Partial<Record<Secret, string>>): Promise<() => Promise<void>> {
  const { credentials } = deps
  const before: [string, string | undefined][] = []
  const undo = async (): Promise<void> => {
    for (const [name, text] of before) {
      if (text === undefined) await credentials.remove(name)
      else await credentials.set(name, text)
    }
  }
  try {
    for (const secret of allSecrets) {
      const text = secrets[secret]
      const name = secretNames[secret]
      if (text === undefined) continue
      before.push([name, credentials.get(name)])
      await credentials.set(name, text)
    }
  } catch (error) {
    await undo()
    const message = messageOf(error)
    throw new CoreError('UNAVAILABLE', `The secret cannot be kept, so nothing was written: ${message}`, {
      part: 'vault',
    })
  }
  return undo
}

async function dropUnused(
  { deps }: Engine,
  { credential, tls, signingSeed }: NewConnection,
  given: Partial<Record<Secret, string>>,
): Promise<void> {
  const isKept = (secret: Secret): boolean => {
    if (given[secret] !== undefined) return true
    if (secret === 'ca' || secret === 'cert' || secret === 'key') return tls[secret] === null
    return secret === 'signing_seed' ? signingSeed === null : credential.kind === 'kept'
  }
  for (const secret of allSecrets) if (!isKept(secret)) await deps.credentials.remove(secretNames[secret])
}

/** The file that a block goes into where no file speaks of the agent yet. */
const fileOfItsOwn = 'fleet.hcl'

async function write(engine: Engine, values: JsonObject | null, caller: Caller): Promise<void> {
  const { configWorker } = engine.deps
  const edit = async () => configWorker.editNats({ values }, loadOptionsOf(engine))
  const text = values === null ? 'Left the fleet' : 'Joined a fleet'
  const files = await edit()
  if (files === undefined) {
    const target = await targetOf(engine, fileOfItsOwn)
    const before = target.before ?? ''
    const gap = before === '' ? '' : before.endsWith('\n') ? '\n' : '\n\n'
    await writeAndLoad(engine, target, { text: `${before}${gap}${natsHcl(values ?? {})}`, why: text }, caller)
    return
  }
  if (files.length === 0) return
  const attempt = async () => {
    const written = Object.fromEntries(((await edit()) ?? []).map(({ path, after }) => [path, after]))
    return { ...(await configWorker.loadConfiguration({ ...loadOptionsOf(engine), texts: written })), written }
  }
  await applyConfiguration(engine, { attempt, timeoutMs: 0, watchMs: 0, kind: 'apply', text }, caller)
}
