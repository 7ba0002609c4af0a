import type { FleetConnection, NewConnection } from '../../../contract/index.ts'

export type SignInKind = NewConnection['credential']['kind']
/** A text in PEM form; null is as it is kept, undefined is none. */
export type Pem = string | null | undefined

/** A connection while a person writes it. */
export interface ConnectionDraft {
  servers: string
  clusterName: string
  subjectPrefix: string
  kind: SignInKind
  token: string
  username: string
  password: string
  seed: string
  creds: string
  ca: Pem
  cert: Pem
  key: Pem
  signingSeed: Pem
  trustedKeys: string
}

/** What is there already, to be changed. */
export function draftOf({ servers, credential, has, trustedKeys, ...rest }: FleetConnection): ConnectionDraft {
  const kept = (isKept: boolean): Pem => (isKept ? null : undefined)
  return {
    servers: servers.join(', '),
    clusterName: rest.clusterName,
    subjectPrefix: rest.subjectPrefix,
    kind: credential === null || credential === 'none' ? 'none' : 'kept',
    token: '',
    username: rest.username,
    password: '',
    seed: '',
    creds: '',
    ca: kept(has.ca),
    cert: kept(has.cert),
    key: kept(has.key),
    signingSeed: kept(has.signingSeed),
    trustedKeys: trustedKeys.join(', '),
  }
}

const wordsIn = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean)

/** What is asked of the agent, or what is missing for that. */
export function connectionOf(draft: ConnectionDraft): { connection: NewConnection } | { missing: string } {
  const servers = wordsIn(draft.servers)
  if (servers.length === 0) return { missing: 'Say where the server is, such as tls://nats.example.com:4222.' }
  const credential = credentialOf(draft)
  if (typeof credential === 'string') return { missing: credential }
  const { ca, cert, key } = draft
  if ((cert === undefined) !== (key === undefined))
    return { missing: 'A client certificate is of use with its private key only: give both, or none.' }
  return {
    connection: {
      servers,
      clusterName: draft.clusterName.trim(),
      subjectPrefix: draft.subjectPrefix.trim(),
      credential,
      tls: { ca, cert, key },
      signingSeed: draft.signingSeed === '' ? undefined : draft.signingSeed,
      trustedKeys: wordsIn(draft.trustedKeys),
    },
  }
}

function credentialOf(draft: ConnectionDraft): NewConnection['credential'] | string {
  const { kind, token, username, password, seed, creds } = draft
  switch (kind) {
    case 'none':
    case 'kept':
      return { kind }
    case 'token':
      return token === '' ? 'Give the token.' : { kind, token }
    case 'user':
      if (username.trim() === '') return 'Give the user.'
      return password === '' ? 'Give the password.' : { kind, username: username.trim(), password }
    case 'nkey':
      return seed.trim() === '' ? 'Give the seed of the nkey, or choose its file.' : { kind, seed }
    case 'creds':
      return creds.trim() === '' ? 'Choose the .creds file, or paste it.' : { kind, creds }
  }
}
