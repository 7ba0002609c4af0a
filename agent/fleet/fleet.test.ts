import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Gatekeeper, rightsFor } from './admit.ts'
import { Breaker } from './breaker.ts'
import { refusedAccess, serverWarning } from './connect.ts'
import { encode, readEnvelope, readFrame, readHeartbeat } from './message.ts'
import { isPart, Parts, partsOf } from './parts.ts'

describe('messages', () => {
  it('of any length come back as they were, in parts, also when they are sent twice', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'binary' }), fc.integer({ min: 1, max: 64 }), (text, size) => {
        const frame = { kind: 'value', value: text } as const
        const parts = new Parts()
        const all = [...partsOf(encode(frame), size)]
        // The first sending is cut off in the middle.
        const came = [...all.slice(0, all.length - 1), ...all].map((part) => {
          expect(isPart(part)).toBe(true)
          return parts.add(part)
        })
        expect(came.filter((whole) => whole !== undefined)).toEqual([frame])
      }),
    )
  })

  it('that are anything else are nothing, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const parts = new Parts()
        for (const read of [readEnvelope, readFrame, readHeartbeat]) expect(() => read(bytes)).not.toThrow()
        expect(() => parts.add(bytes)).not.toThrow()
      }),
    )
    const deep = new TextEncoder().encode(`{"call":${'['.repeat(5000)}${']'.repeat(5000)}}`)
    expect(readEnvelope(deep)).toBeUndefined()
  })
})

describe('a command that may be done once', () => {
  const call = (more: object = {}) => ({
    call: JSON.stringify({
      v: 1,
      host: 'atlas',
      op: 'operation-1',
      once: true,
      path: ['services', 'restart'],
      caller: { author: 'mira', host: 'laptop' },
      issuedAtMs: 10_000,
      expiresAtMs: 20_000,
      session: 's1',
      call: 1,
      ...more,
    }),
  })
  const gate = () =>
    new Gatekeeper({ host: 'atlas', boot: 'b1', trustedKeys: new Set(), mustBeSigned: false, startedAtMs: 0 })

  it('is refused from the moment on at which it has expired', () => {
    expect(gate().admit(call(), 20_000)).toMatchObject({ repeat: false })
    expect(gate().admit(call(), 20_001)).toMatchObject({ refused: expect.stringContaining('has expired') })
  })

  it('may come again from a later run of its caller, and any other may not', () => {
    const host = gate()
    host.admit(call(), 15_000)
    expect(host.admit(call({ session: 's2' }), 15_000)).toMatchObject({ repeat: true })
    const other = gate()
    other.admit(call({ once: undefined }), 15_000)
    expect(other.admit(call({ once: undefined, session: 's2' }), 15_000)).toMatchObject({ code: 'CONFLICT' })
  })
})

describe('what may be done from afar', () => {
  it.each([
    ['services.list', 'viewer', {}, ['view']],
    ['services.restart', 'operator', {}, ['restart']],
    ['services.act', 'operator', { verb: 'stop', names: ['web'] }, ['stop']],
    ['services.act', 'operator', { verb: 'disable', names: ['web'] }, ['configure']],
    ['services.act', 'operator', null, ['configure']],
    ['services.exec', 'operator', {}, ['exec']],
    ['config.apply', 'editor', {}, ['configure']],
    ['alerts.ack', 'operator', {}, ['stop', 'configure']],
    ['silences.end', 'operator', {}, ['stop', 'configure']],
    ['notifications.test', 'operator', {}, ['configure']],
    ['agent.shutdown', 'admin', {}, undefined],
    ['something.new', 'admin', {}, ['configure']],
  ])('%s by a %s with %j needs any of %j', (path, role, input, rights) => {
    expect(rightsFor(path.split('.'), role, input)).toEqual(rights)
  })
})

describe('the way to the server', () => {
  it.each([
    [['nats://127.0.0.1:4222'], {}, undefined],
    [['localhost:4222'], {}, undefined],
    [['nats://nats.example.com:4222'], { token: 't' }, 'needs encryption'],
    [['tls://nats.example.com:4222'], {}, 'needs a credential'],
    [['tls://nats.example.com:4222'], { creds: 'c' }, undefined],
    [['nats://127.0.0.1:4222', 'nats://10.0.0.1'], { token: 't' }, 'needs encryption'],
    [[], {}, 'names no servers'],
  ])('%j with %j is refused: %s', (servers, more, reason) => {
    const refused = refusedAccess({ servers, name: 'x', ...more })
    if (reason === undefined) expect(refused).toBeUndefined()
    else expect(refused).toContain(reason)
  })

  it.each([
    ['2.9.10', true],
    ['2.12.11', true],
    ['2.12.12', false],
    ['2.13.0', true],
    ['2.14.2', true],
    ['2.14.3', false],
    ['2.15.0', false],
    ['3.0.0', false],
  ])('warns of a server of version %s: %s', (version, isWarned) => {
    expect(serverWarning(version) !== undefined).toBe(isWarned)
  })
})

describe('a breaker', () => {
  it('refuses after three failures in a row, lets one through after a rest, and closes when that goes well', () => {
    let nowMs = 0
    const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, after: () => () => {} }
    const breaker = new Breaker(clock)
    for (let failure = 0; failure < 3; failure++) {
      expect(breaker.allows()).toBe(true)
      breaker.failed()
    }
    expect([breaker.allows(), breaker.state]).toEqual([false, 'open'])
    nowMs = 2_000
    expect([breaker.state, breaker.allows(), breaker.allows()]).toEqual(['half-open', true, false])
    breaker.failed()
    expect(breaker.state).toBe('open')
    nowMs = 6_000
    expect(breaker.allows()).toBe(true)
    breaker.succeeded()
    expect(breaker.state).toBe('closed')
  })
})
