import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FleetHost, FleetMessage } from '../../contract/index.ts'
import { beatOf } from '../fleet/fixtures/beat.ts'
import { alone } from '../fleet/index.ts'
import { encode, type Heartbeat } from '../fleet/message.ts'
import { Presence } from '../fleet/presence.ts'
import { Roster } from '../fleet/roster.ts'
import { handClock } from '../telemetry/fixtures/clock.ts'
import { changeOf, FleetHub } from './fleethub.ts'

const beat = (id: string, more: Partial<Heartbeat> = {}): Heartbeat => beatOf(id, { cpuPercent: 10, ...more })

/** What a reader makes of messages: the hosts by their ids, and how much each message said. */
class Reader {
  readonly hosts: Map<string, FleetHost>
  readonly messages: FleetMessage[] = []

  constructor(hosts: ReadonlyMap<string, FleetHost> = new Map()) {
    this.hosts = new Map(hosts)
  }

  take(message: FleetMessage): void {
    this.messages.push(message)
    if (message.type === 'snapshot') this.hosts.clear()
    for (const host of message.hosts) this.hosts.set(host.id, host)
    if (message.type === 'snapshot') return
    for (const [id, cpuPercent, memoryPercent, latencyMs, clockSkewMs] of message.usage) {
      const host = this.hosts.get(id)
      if (host) this.hosts.set(id, { ...host, cpuPercent, memoryPercent, latencyMs, clockSkewMs })
    }
    for (const id of message.removed) this.hosts.delete(id)
  }
}

/** The hub as an agent has it: on what is heard of hosts, with this one called `laptop`. */
function fleet() {
  const clock = handClock()
  const readings: AbortController[] = []
  const seen = { cpuPercent: 1, breaker: 'closed' as FleetHost['breaker'] }
  const presence = new Presence('laptop', {
    turned: () => undefined,
    silent: () => hub.hostChanged(),
    changed: (id) => hub.hostChanged(id),
  })
  const roster = new Roster({
    presence,
    clock,
    id: 'laptop',
    self: () => ({ name: 'laptop', version: '1.0.0' }),
    report: () => beat('laptop', { cpuPercent: seen.cpuPercent }),
    breakerOf: (id) => ({ breaker: id === 'a' ? seen.breaker : 'closed' }),
  })
  const status = { ...alone(() => roster.find('laptop'), null, '').status() }
  const hub = new FleetHub(clock, {
    status: () => ({ ...status }),
    hosts: () => roster.all(),
    known: (id) => roster.known(id),
  })
  return {
    ...{ clock, presence, roster, hub, status, seen },
    hear(id: string, more: Partial<Heartbeat> = {}) {
      presence.heard(id, encode(beat(id, more)), clock.monotonicMs(), clock.nowMs())
    },
    /** A reader that takes each message as it comes, and knows already what another one does. */
    read(other?: Reader): Reader {
      const reader = new Reader(other?.hosts)
      const ended = new AbortController()
      readings.push(ended)
      void (async () => {
        for await (const message of hub.watch(other?.messages.at(-1)?.seq, ended.signal)) reader.take(message)
      })()
      return reader
    },
    end() {
      for (const ended of readings) ended.abort()
    },
  }
}

const idsOf = (message: FleetMessage | undefined): string[] => (message?.hosts ?? []).map(({ id }) => id)
/** `lastSeenAt` is told with what else there is to tell. */
const told = (hosts: Iterable<FleetHost>) =>
  [...hosts].map(({ lastSeenAt: _heard, ...host }) => host).sort((a, b) => (a.id < b.id ? -1 : 1))

describe('what is told of a fleet', () => {
  it('is all of it at first, in order, and then those that changed alone', async () => {
    const { clock, hear, read, end } = fleet()
    for (const id of ['laptop', 'c', 'a', 'b']) hear(id)
    const { messages } = read()
    await clock.pass(0)
    expect(messages.map(({ type }) => type)).toEqual(['snapshot'])
    expect(idsOf(messages[0])).toEqual(['laptop', 'a', 'b', 'c'])
    hear('b', { labels: { zone: 'eu' } })
    await clock.pass(1_000)
    expect(messages[1]).toMatchObject({ type: 'delta', usage: [], removed: [] })
    expect(idsOf(messages[1])).toEqual(['b'])
    expect(messages[1]).not.toHaveProperty('status')
    end()
  })

  it('is nothing where hosts say what they said before', async () => {
    const { clock, hear, read, end } = fleet()
    const ids = ['laptop', 'a', 'b']
    for (const id of ids) hear(id)
    const { messages } = read()
    for (let second = 0; second < 20; second++) {
      // The clocks of all go alike.
      for (const id of ids) hear(id, { nowMs: clock.nowMs() - 1_000_000 })
      await clock.pass(1_000)
    }
    expect(messages.map(({ type }) => type)).toEqual(['snapshot'])
    end()
  })

  it('of figures is the figures, and no host', async () => {
    const { clock, hear, presence, read, seen, end } = fleet()
    for (const id of ['laptop', 'a', 'b']) hear(id)
    const { messages } = read()
    await clock.pass(0)
    hear('a', { cpuPercent: 70 })
    presence.measured('b', 3.5)
    seen.cpuPercent = 2
    await clock.pass(1_000)
    expect(idsOf(messages[1])).toEqual([])
    expect(messages[1]).toMatchObject({
      usage: expect.arrayContaining([
        ['a', 70, null, null, -1_000_000],
        ['b', 10, null, 3.5, -1_000_000],
        ['laptop', 2, null, 0, 0],
      ]),
    })
    end()
  })

  it('comes at most once a second, and after quiet at once', async () => {
    const { clock, hear, read, end } = fleet()
    hear('laptop')
    const { messages } = read()
    for (let turn = 0; turn < 40; turn++) {
      hear('a', { revision: turn })
      await clock.pass(100)
    }
    expect(messages).toHaveLength(5)
    await clock.pass(60_000)
    expect(messages).toHaveLength(5)
    hear('a', { revision: 99 })
    await clock.pass(0)
    expect(messages.at(-1)).toMatchObject({ type: 'delta', hosts: [{ id: 'a', revision: 99 }] })
    end()
  })

  it('tells a slow reader the present once, and one that was away too long all of it', async () => {
    const { clock, hear, hub, presence, end } = fleet()
    for (const id of ['laptop', 'a']) hear(id)
    const slow = hub.watch(undefined, new AbortController().signal)
    const { value: first } = await slow.next()
    for (let turn = 0; turn < 50; turn++) hear('a', { revision: turn })
    const next = slow.next()
    await clock.pass(1_000)
    expect((await next).value).toMatchObject({ type: 'delta', hosts: [{ id: 'a', revision: 49 }] })
    const resumed = hub.watch((first as FleetMessage).seq, new AbortController().signal)
    expect((await resumed.next()).value).toMatchObject({ type: 'delta', hosts: [{ id: 'a', revision: 49 }] })
    // A reader is there, so each of them is seen to come and to go.
    for (let round = 0; round < 11; round++) {
      const ids = Array.from({ length: 1_000 }, (_, number) => `x${round}-${number}`)
      for (const id of ids) hear(id)
      await hub.watch(undefined, new AbortController().signal).next()
      for (const id of ids) presence.remove(id)
      await hub.watch(undefined, new AbortController().signal).next()
    }
    const late = slow.next()
    await clock.pass(1_000)
    const message = (await late).value as FleetMessage
    expect([message.type, idsOf(message)]).toEqual(['snapshot', ['laptop', 'a']])
    end()
  })

  it('has how this host is joined when that changes, and a breaker that turns by itself', async () => {
    const { clock, hear, hub, read, seen, status, end } = fleet()
    for (const id of ['laptop', 'a']) hear(id)
    const { messages } = read()
    await clock.pass(0)
    status.rttMs = 4
    hub.changed()
    await clock.pass(1_000)
    expect(messages[1]).toMatchObject({ hosts: [], status: { rttMs: 4 } })
    seen.breaker = 'open'
    hub.hostChanged('a')
    await clock.pass(1_000)
    expect(messages[2]).toMatchObject({ hosts: [{ id: 'a', breaker: 'open' }] })
    seen.breaker = 'half-open'
    hear('laptop')
    await clock.pass(1_000)
    expect(messages[3]).toMatchObject({ hosts: [{ id: 'a', breaker: 'half-open' }] })
    end()
  })

  const id = fc.constantFrom('laptop', 'a', 'b', 'c', 'd')
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        is: fc.constant('hear' as const),
        id,
        name: fc.constantFrom('laptop', 'twin', 'other'),
        cpuPercent: fc.nat(2),
        boot: fc.constantFrom('b1', 'b2'),
        leaving: fc.boolean(),
      }),
    },
    fc.record({ is: fc.constant('measure' as const), id, latencyMs: fc.nat(2) }),
    fc.record({ is: fc.constant('remove' as const), id: fc.constantFrom('a', 'b', 'c', 'd') }),
    fc.record({ is: fc.constant('pass' as const), ms: fc.constantFrom(100, 1_000, 15_000) }),
    fc.record({ is: fc.constant('deafen' as const) }),
    fc.record({ is: fc.constant('join' as const) }),
  )

  it('brings every reader to what there is, whatever happens', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { clock, hear, presence, roster, hub, read, end } = fleet()
        const readers = [read()]
        for (const each of steps) {
          if (each.is === 'measure') presence.measured(each.id, each.latencyMs)
          else if (each.is === 'remove') presence.remove(each.id)
          else if (each.is === 'join') readers.push(read(readers.at(-1)))
          else if (each.is === 'hear') {
            const { name, cpuPercent, boot, leaving } = each
            const isSelf = each.id === 'laptop'
            hear(each.id, {
              name: isSelf ? 'laptop' : name,
              cpuPercent,
              boot,
              ...(leaving && !isSelf ? { leaving: true } : {}),
            })
          } else if (each.is === 'deafen') {
            presence.deafen()
            hub.hostChanged()
          } else {
            await clock.pass(each.ms)
            presence.look(clock.monotonicMs(), clock.nowMs())
          }
        }
        await clock.pass(1_000)
        await clock.pass(1_000)
        const present = told(roster.all())
        for (const { hosts, messages } of readers) {
          expect(told(hosts.values())).toEqual(present)
          expect(messages.map(({ seq }) => seq)).toEqual(messages.map(({ seq }) => seq).toSorted((a, b) => a - b))
        }
        end()
      }),
      { numRuns: Number(process.env.HXE_RUNS ?? 150) },
    )
  })
})

describe('two looks at a host', () => {
  const host = (more: object): FleetHost => ({ ...fleet().roster.find('laptop'), ...more })
  it.each([
    [{}, {}, 'nothing'],
    [{ lastSeenAt: 'then' }, { lastSeenAt: 'now' }, 'nothing'],
    [{ cpuPercent: 1 }, { cpuPercent: 2 }, 'usage'],
    [{ clockSkewMs: 1 }, { clockSkewMs: null }, 'usage'],
    [{ labels: { a: '1' } }, { labels: { a: '1' } }, 'nothing'],
    [{ labels: { a: '1' } }, { labels: { a: '2' } }, 'host'],
    [{ left: true }, {}, 'host'],
    [{}, { bundles: [] }, 'host'],
    [{ cpuPercent: 1 }, { cpuPercent: 2, state: 'unreachable' }, 'host'],
  ])('%j and %j differ by %s', (before, after, change) => {
    expect(changeOf(host(before), host({ lastSeenAt: 'some time', ...after }))).toBe(change)
  })

  it('differ where there was none', () => {
    expect(changeOf(undefined, host({}))).toBe('host')
  })
})
