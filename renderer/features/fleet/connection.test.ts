import { expect, test } from 'vitest'
import { type ConnectionDraft, connectionOf, draftOf } from './connection.ts'

const empty = draftOf({
  servers: [],
  clusterName: '',
  subjectPrefix: 'hxe',
  credential: null,
  username: '',
  has: { ca: false, cert: false, key: false, signingSeed: false },
  trustedKeys: [],
  signingKey: null,
  keeper: { kind: 'vault', text: '' },
})
const draft = (more: Partial<ConnectionDraft>): ConnectionDraft => ({ ...empty, servers: 'nats://a:1', ...more })

test.each([
  ['no server', { servers: ' ' }, 'server'],
  ['a user without a password', { kind: 'user', username: 'ada' }, 'password'],
  ['a password without a user', { kind: 'user', password: 'x' }, 'user'],
  ['an empty .creds file', { kind: 'creds', creds: '\n' }, '.creds'],
  ['a certificate without its key', { cert: 'PEM' }, 'private key'],
] as const)('%s is told before anything is asked', (_what, more, word) => {
  expect(connectionOf(draft(more))).toEqual({ missing: expect.stringContaining(word) })
})

test('several servers are parted by commas or spaces', () => {
  const made = connectionOf(draft({ servers: 'tls://a:1,  tls://b:2\ntls://c:3' }))
  expect(made).toMatchObject({ connection: { servers: ['tls://a:1', 'tls://b:2', 'tls://c:3'] } })
})

test('what is kept stays where it is not given anew', () => {
  const known = draftOf({
    servers: ['tls://a:1'],
    clusterName: 'home',
    subjectPrefix: 'hxe',
    credential: 'user',
    username: 'ada',
    has: { ca: true, cert: false, key: false, signingSeed: true },
    trustedKeys: ['UABC'],
    signingKey: null,
    keeper: { kind: 'vault', text: '' },
  })
  expect(connectionOf(known)).toMatchObject({
    connection: { credential: { kind: 'kept' }, tls: { ca: null }, signingSeed: null, trustedKeys: ['UABC'] },
  })
})
