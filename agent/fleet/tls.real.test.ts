import { createServer, type Server } from 'node:net'
import { createSecureContext, type SecureVersion, TLSSocket } from 'node:tls'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { FleetAccess } from './connect.ts'
import { Authority, type Certificate } from './fixtures/certificates.ts'
import { becomes, linkTo } from './fixtures/link.ts'
import { NatsServer } from './fixtures/natsserver.ts'
import type { Link } from './link.ts'

const ours = new Authority('Fleet CA')
const theirs = new Authority('Another CA')
const both = ['DNS:localhost', 'IP:127.0.0.1']
afterAll(() => {
  ours.remove()
  theirs.remove()
})

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean()
})

const encrypted = ({ certFile, keyFile }: Certificate, more = ''): string =>
  `tls {\n  cert_file: "${certFile}"\n  key_file: "${keyFile}"\n  timeout: 10\n  ${more}\n}\n`

async function server(config: string): Promise<NatsServer> {
  const started = await NatsServer.start(config)
  cleanUps.push(() => started.close())
  return started
}

function join(port: number, tls: FleetAccess['tls'], { name = 'localhost' } = {}): Link {
  const link = linkTo({ servers: [`tls://${name}:${port}`], name: 'laptop', token: 'secret', tls: tls ?? {} })
  cleanUps.push(() => link.close(() => undefined))
  return link
}

describe('a connection by tls:// to a real server', () => {
  it.each(['localhost', '127.0.0.1'])('is made where the certificate is for %s, by a known authority', async (name) => {
    const { port } = await server(encrypted(ours.issue('server', both)))
    const link = join(port, { ca: ours.ca.cert }, { name })
    await becomes(link, /^connected: null/)
    expect(link.connection.info?.tls_required).toBe(true)
  })

  it.each([
    ['by an authority that is not known', () => theirs.issue('server', both), 'localhost', /its issuer is not known/],
    ['that has expired', () => ours.issue('old', both, { isOver: true }), 'localhost', /it has expired/],
    ['for another name', () => ours.issue('other', ['DNS:nats.example.com']), 'localhost', /it is for another name/],
    ['for a name, at an address', () => ours.issue('named', ['DNS:localhost']), '127.0.0.1', /it is for another name/],
    ['signed by itself', () => theirs.ca, 'localhost', /it is signed by itself/],
  ])('is refused with a certificate %s, in words', async (_what, certificate, name, reason) => {
    const { port } = await server(encrypted(certificate()))
    const link = join(port, { ca: ours.ca.cert }, { name })
    await becomes(link, reason)
    expect(link.state).toBe('connecting')
  })

  it('is refused where the server does not encrypt, and nothing is said to it', async () => {
    const nats = await server('debug: true\ntrace: true')
    const link = join(nats.port, { ca: ours.ca.cert })
    await becomes(link, /offers no encryption, and without it nothing is said to it/)
    expect(nats.log()).not.toContain('CONNECT')
  })

  it('is made with the certificate of a member, and not without or with one of another authority', async () => {
    const { port } = await server(
      encrypted(ours.issue('server', both), `ca_file: "${ours.ca.certFile}"\n  verify: true`),
    )
    const member = ours.issue('laptop')
    const stranger = theirs.issue('stranger')
    const ca = ours.ca.cert
    const without = join(port, { ca })
    const foreign = join(port, { ca, cert: stranger.cert, key: stranger.key })
    await becomes(join(port, { ca, cert: member.cert, key: member.key }), /^connected: null/)
    await becomes(without, /tls \{ cert_file, key_file \}/)
    await becomes(foreign, /does not take the certificate/)
    expect([without.state, foreign.state]).toEqual(['connecting', 'connecting'])
  })

  it('is not made anew with a server that has given its encryption up', async () => {
    const nats = await server(encrypted(ours.issue('server', both)))
    const link = join(nats.port, { ca: ours.ca.cert })
    await becomes(link, /^connected: null/)
    await nats.end()
    nats.config = ''
    await nats.begin()
    await becomes(link, /^lost: .*offers no encryption/)
  })
})

/** What says it is a NATS server, and encrypts as it is told. */
async function speaker(
  info: object,
  { version, extra = '' }: { version?: SecureVersion; extra?: string },
): Promise<number> {
  const { cert, key } = ours.issue('speaker', both)
  const heard: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write(
      `INFO ${JSON.stringify({ server_id: 'x', version: '2.12.12', max_payload: 1048576, ...info })}\r\n${extra}`,
    )
    if (version === undefined) return
    const secureContext = createSecureContext({
      cert,
      key,
      minVersion: version,
      maxVersion: version,
      ciphers: 'ALL:@SECLEVEL=0',
    })
    new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => undefined)
  })
  await new Promise<void>((resolve) => heard.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => heard.close())
  const address = heard.address()
  return typeof address === 'object' && address ? address.port : 0
}

describe('a connection by tls:// to what is no good server', () => {
  it.each(['TLSv1', 'TLSv1.1'] as const)('is refused where that speaks %s alone', async (version) => {
    const port = await speaker({ tls_required: true }, { version })
    await becomes(join(port, { ca: ours.ca.cert }), /^connecting: .*(does not speak TLS|closed the connection)/)
  })

  it('is refused where somebody in between has said something in the clear before', async () => {
    const port = await speaker(
      { tls_required: true },
      { version: 'TLSv1.3', extra: 'MSG hxe.v1.cmd.laptop.call 1 2\r\nhi\r\n' },
    )
    await becomes(join(port, { ca: ours.ca.cert }), /has spoken out of turn/)
  })

  it.each([
    ['no server of NATS', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['nothing that can be read', 'INFO {"port":\r\n'],
  ])('is refused where that is %s', async (_what, words) => {
    const heard = createServer((socket) => socket.on('error', () => undefined).end(words))
    await new Promise<void>((resolve) => heard.listen(0, '127.0.0.1', resolve))
    cleanUps.push(() => heard.close())
    const address = heard.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await becomes(join(port, { ca: ours.ca.cert }), /is no NATS server/)
  })
})
