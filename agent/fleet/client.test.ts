import { os } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { handClock } from '../telemetry/fixtures/clock.ts'
import { Gatekeeper } from './admit.ts'
import { FleetClient } from './client.ts'
import { Bus, type Weather } from './fixtures/bus.ts'
import { encode, readEnvelope } from './message.ts'
import { serveFleet } from './serve.ts'
import { unsigned } from './sign.ts'
import { subjectsOf } from './subjects.ts'

const host = 'atlas'
const subjects = subjectsOf('hxe')
const view = os.$meta({ role: 'viewer', audited: false })
const change = os.$meta({ role: 'operator', audited: true })
const stepMs = 100

/** A host and one who calls it, each as in an agent, with a bus in between that does as it is told. */
function pair(weather: Weather, router: object, skew: { skewMs?: number; knownSkewMs?: number } = {}) {
  const { skewMs = 0, knownSkewMs = skewMs } = skew
  // Of time that goes on by itself a busy machine would take some, and with it answers and tries.
  const clock = handClock()
  const bus = new Bus(weather, clock)
  const gate = new Gatekeeper({ host, boot: 'b1', trustedKeys: new Set(), mustBeSigned: false, startedAtMs: 0 })
  const served = serveFleet({
    wire: bus.wire(),
    subjects,
    host,
    clock: { ...clock, nowMs: () => clock.nowMs() + skewMs },
    router,
    gate,
    isNewOperation: async () => true,
    allowed: () => new Set(['view', 'start', 'restart', 'configure']),
    log: { warn: () => undefined, info: () => undefined },
  })
  const client = new FleetClient({
    wire: bus.wire(),
    subjects,
    clock,
    random: Math.random,
    envelope: unsigned,
    caller: { author: 'mira', host: 'laptop' },
    known: () => ({ name: host, skewMs: knownSkewMs, boot: 'b1' }),
    isView: ([word]) => word === 'look' || word === 'count',
    hostChanged: () => undefined,
  })
  let open = 0
  let isDriven = false
  /** Lets time go by until all of this is done. */
  const drive = async <T>(work: Promise<T>): Promise<T> => {
    open++
    if (!isDriven) void pass()
    try {
      return await work
    } finally {
      open--
    }
  }
  const pass = async (): Promise<void> => {
    isDriven = true
    while (open > 0) await clock.pass(stepMs)
    isDriven = false
  }
  const ask = (word: string, input?: unknown) => drive(client.call(host, [word], input, {}))
  return { bus, client, clock, served, ask, drive, close: () => [client.close(), served.close(), bus.close()] }
}

describe('a call that is not answered', () => {
  it('is made again: a look under another name, a change under its own, which is done once', async () => {
    const done: string[] = []
    const router = {
      look: view.handler(() => 'seen'),
      add: change.handler(({ input }) => done.push(String(input))),
    }
    const { bus, ask, close } = pair({}, router)
    const ops = (): string[] =>
      bus.said(subjects.call(host)).map((data) => JSON.parse(readEnvelope(data)?.call ?? '').op)
    bus.weather = { loseReplies: 1 }
    expect(await ask('look')).toBe('seen')
    expect(new Set(ops()).size).toBe(2)
    bus.weather = { loseReplies: 1 }
    await ask('add', 'one')
    expect(ops()).toHaveLength(4)
    expect(new Set(ops()).size).toBe(3)
    expect(done).toEqual(['one'])
    close()
  })

  it('is asked until its end is known where it may be done, however long nobody is there', async () => {
    const done: string[] = []
    const { bus, client, clock, drive, ask, close } = pair(
      {},
      { add: change.handler(({ input }) => done.push(`${input}`)) },
    )
    bus.weather = { loseReplies: 1 }
    const asked = drive(client.call(host, ['add'], 'one', {}))
    while (client.counts.retried === 0) await clock.pass(stepMs)
    bus.weather = { absentFor: 12 }
    await asked
    expect(done).toEqual(['one'])
    bus.weather = { absentFor: 12 }
    // Nobody has heard of this one.
    await expect(ask('add', 'two')).rejects.toThrow('nobody')
    expect(done).toEqual(['one'])
    close()
  })

  it('is not said to be undone by who is away in the end', async () => {
    const { bus, client, clock, drive, close } = pair({}, { add: change.handler(() => 'done') })
    bus.weather = { loseReplies: 1 }
    const asked = drive(client.call(host, ['add'], 'one', {}))
    while (client.counts.retried === 0) await clock.pass(stepMs)
    bus.weather = { absentFor: Number.POSITIVE_INFINITY }
    await expect(asked).rejects.toThrow('has not answered')
    close()
  })

  it('is given up at once by whoever asked, also between two tries', async () => {
    const { bus, client, clock, close } = pair({}, {})
    bus.weather = { isDeaf: true }
    const stop = new AbortController()
    const asked = client.call(host, ['look'], undefined, { signal: stop.signal })
    while (client.counts.retried === 0) await clock.pass(stepMs)
    stop.abort(new Error('enough'))
    await expect(asked).rejects.toThrow('enough')
    close()
  })

  it('of a run that is not there any more is not done by the next one', async () => {
    const { bus, clock, ask, served, close } = pair({}, { add: change.handler(() => 'done') })
    served.close()
    const next = serveFleet({
      wire: bus.wire(),
      subjects,
      host,
      clock,
      router: { add: change.handler(() => 'done') },
      gate: new Gatekeeper({ host, boot: 'b2', trustedKeys: new Set(), mustBeSigned: false, startedAtMs: 0 }),
      isNewOperation: async () => true,
      allowed: () => new Set(['configure']),
      log: { warn: () => undefined, info: () => undefined },
    })
    await expect(ask('add')).rejects.toThrow('has just been started again')
    next.close()
    close()
  })
})

describe('on a way that loses 30 of 100 messages, brings others five times, late and out of order', () => {
  const storm: Weather = { loss: 0.3, copies: 5, lateMs: 2_000 }

  it('a hundred changes are done once each, or refused and not known to be done', async () => {
    const done = new Map<number, number>()
    const router = {
      add: change.handler(({ input }) => {
        const number = Number(input)
        done.set(number, (done.get(number) ?? 0) + 1)
        return number
      }),
    }
    const { ask, close } = pair(storm, router)
    const asked = Array.from({ length: 100 }, (_, number) => ask('add', number))
    const settled = await Promise.allSettled(asked)
    expect([...done.values()].filter((times) => times !== 1)).toEqual([])
    settled.forEach((outcome, number) => {
      if (outcome.status === 'fulfilled') expect([outcome.value, done.get(number)]).toEqual([number, 1])
    })
    expect(settled.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(50)
    close()
  })

  it('a stream that is read on where it broke off has each item once, in order', async () => {
    const last = 2_000
    const router = {
      count: view.handler(async function* ({ input }) {
        for (let item = Number(input) + 1; item <= last; item++) yield { item }
      }),
    }
    const { ask, drive, close } = pair({ loss: 0.02, copies: 2 }, router)
    const read: number[] = []
    let breaks = 0
    const readOn = async (): Promise<void> => {
      try {
        const items = (await ask('count', read.at(-1) ?? 0)) as AsyncIterable<{ item: number }>
        for await (const { item } of items) read.push(item)
      } catch (error) {
        expect(String(error)).toMatch(/were lost on the way|does not have the stream|has not answered/)
        breaks++
      }
    }
    while (read.at(-1) !== last) await drive(readOn())
    expect(read).toEqual(Array.from({ length: last }, (_, index) => index + 1))
    expect(breaks).toBeGreaterThan(0)
    close()
  })
})

describe('a host whose clock is ten minutes off', () => {
  const router = { add: change.handler(() => 'done') }
  it.each([-600_000, 600_000])('by %d ms obeys in time by its own clock', async (skewMs) => {
    const { ask, close } = pair({}, router, { skewMs })
    expect(await ask('add')).toBe('done')
    close()
  })

  it.each([
    [600_000, 'has expired; nothing was done'],
    [-600_000, 'comes from the future'],
  ])('by %d ms, of which the caller does not know, does nothing and says so', async (skewMs, why) => {
    const { ask, close } = pair({}, router, { skewMs, knownSkewMs: 0 })
    await expect(ask('add')).rejects.toThrow(why)
    close()
  })
})

it('a command in another version of the language is refused with both versions', async () => {
  const { bus, close } = pair({}, {})
  const call = JSON.stringify({ v: 2, something: 'new' })
  const answer = await bus.wire().request(subjects.call(host), encode({ call }), 10_000)
  expect(new TextDecoder().decode(answer)).toMatch(
    /in version 2 of the fleet's language, and this host speaks version 1/,
  )
  close()
})
