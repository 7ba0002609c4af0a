import { describe, expect, it } from 'vitest'
import { systemClock } from '../os/index.ts'
import { nextRestMs, StateHub } from './hub.ts'

const nothing = {} as never
const source = {
  service: () => undefined,
  services: () => [],
  agent: () => nothing,
  host: () => null,
  config: () => nothing,
  alerts: () => nothing,
}

describe('the state of an agent', () => {
  it('is looked at by who shows figures, and not by who only wants to know what happens', async () => {
    const hub = new StateHub(systemClock, source)
    const { signal } = new AbortController()
    const background = hub.watch(undefined, signal, 'background')
    expect((await background.next()).value).toMatchObject({ type: 'snapshot' })
    expect(hub.watched).toBe(false)
    const live = hub.watch(undefined, signal)
    expect((await live.next()).value).toMatchObject({ type: 'snapshot' })
    expect(hub.watched).toBe(true)
    const news = [background.next(), live.next()]
    hub.serviceRemoved('web')
    for (const each of await Promise.all(news)) expect(each.value).toMatchObject({ type: 'delta', removed: ['web'] })
    await live.return(undefined)
    expect(hub.watched).toBe(false)
    await background.return(undefined)
    expect(hub.watched).toBe(false)
  })
})

describe('the rest after a message', () => {
  it('is a frame after quiet, so that the second phase of a start is not kept waiting', () => {
    expect(nextRestMs(0, 0)).toBe(16)
    expect(nextRestMs(100, 100)).toBe(16)
  })

  it('grows up to a tenth of a second while one change follows another', () => {
    let restMs = nextRestMs(0, 5_000)
    const rests = Array.from({ length: 5 }, () => (restMs = nextRestMs(restMs, 3)))
    expect(rests).toEqual([32, 64, 100, 100, 100])
  })
})
