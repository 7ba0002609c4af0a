import { describe, expect, it } from 'vitest'
import type { AgentEvent } from '../../../contract/index.ts'
import { continueEvents, eventMatches, mergeEvents, mostEvents } from './events.ts'
import { factOf, shapeOfEvent, subjectOf } from './kinds.ts'

const event = (seq: number, part: Partial<AgentEvent> = {}): AgentEvent => ({
  seq,
  time: '2026-01-01T00:00:00Z',
  kind: 'service.exited',
  severity: 'info',
  service: 'web',
  text: 'Exited with code 1 after 0.3 s',
  author: 'agent',
  ...part,
})

describe('mergeEvents', () => {
  it('keeps each event once, newest first', () => {
    const merged = mergeEvents([event(3), event(1)], [event(2), event(3)])
    expect(merged.map(({ seq }) => seq)).toEqual([3, 2, 1])
  })

  it('lets the oldest go when there are too many', () => {
    const full = Array.from({ length: mostEvents }, (_, index) => event(mostEvents - index))
    const merged = mergeEvents(full, [event(mostEvents + 1)])
    expect([merged.length, merged[0]?.seq, merged.at(-1)?.seq]).toEqual([mostEvents, mostEvents + 1, 2])
  })
})

describe('events of several hosts', () => {
  const at = (host: string, seq: number, second: number): AgentEvent =>
    event(seq, { host, time: `2026-01-01T00:00:0${second}Z` })

  it('are in the order of their times, each once, though two have one number', () => {
    const merged = mergeEvents([at('atlas', 1, 3)], [at('laptop', 1, 2), at('laptop', 2, 4), at('atlas', 1, 3)])
    expect(merged.map(({ host, seq }) => `${host} ${seq}`)).toEqual(['laptop 2', 'atlas 1', 'laptop 1'])
  })

  it('that are late go to where they belong', () => {
    const merged = mergeEvents([at('atlas', 1, 3)], [at('laptop', 7, 1)])
    expect(merged.map(({ host }) => host)).toEqual(['atlas', 'laptop'])
  })

  it('are found by their host', () => {
    expect(eventMatches(at('atlas', 1, 3), 'host:atlas')).toBe(true)
    expect(eventMatches(at('laptop', 1, 3), 'host:atlas')).toBe(false)
  })
})

describe('factOf an alert', () => {
  const fact = (text: string, kind: AgentEvent['kind'] = 'alert.firing'): string => factOf(event(1, { kind, text }))

  it('says its sentence once, with its rule last', () => {
    expect(fact('eats: web: memory is 135 MB, above 80 MB')).toBe('memory is 135 MB, above 80 MB (eats)')
    expect(fact('service-down: web is down: port 80 is taken')).toBe('is down: port 80 is taken (service-down)')
    expect(fact('disk-filling: laptop (mount /): disk is 91 %')).toBe('laptop (mount /): disk is 91 % (disk-filling)')
  })

  it('says that it is over', () => {
    expect(fact('eats: Resolved: web: memory is 2 MB', 'alert.resolved')).toBe('resolved: memory is 2 MB (eats)')
  })
})

describe('continueEvents', () => {
  it('joins what was known with what is newest where they touch', () => {
    const joined = continueEvents([event(2), event(1)], [event(4), event(3), event(2)])
    expect(joined.map(({ seq }) => seq)).toEqual([4, 3, 2, 1])
  })

  it('shows no gap: what does not touch is read again', () => {
    expect(continueEvents([event(1)], [event(9), event(8)]).map(({ seq }) => seq)).toEqual([9, 8])
  })
})

describe('eventMatches', () => {
  it.each([
    ['web exited', true],
    ['WEB', true],
    ['agent', true],
    ['db', false],
  ])('finds "%s": %s', (words, found) => {
    expect(eventMatches(event(1), words)).toBe(found)
  })
})

describe('an event as a line', () => {
  it('reads on after the name', () => {
    expect(factOf(event(1))).toBe('exited with code 1 after 0.3 s')
  })

  it.each([
    ['web failed: gave up', 'failed: gave up'],
    ['web: exited with code 0', 'exited with code 0'],
    ['webhook called', 'webhook called'],
  ])('does not say the name twice in "%s"', (text, fact) => {
    expect(factOf(event(1, { text }))).toBe(fact)
  })

  it('does not say twice that it is the agent', () => {
    const { service: _, ...started } = event(1, { kind: 'agent.started', text: 'The agent started' })
    expect(factOf(started)).toBe('started')
  })

  it('says of the fleet what is not about the agent itself', () => {
    const { service: _, ...lost } = event(1, { kind: 'host.lost', text: 'atlas cannot be reached any more' })
    expect(`${subjectOf(lost)}: ${factOf(lost)}`).toBe('fleet: atlas cannot be reached any more')
  })

  it('leaves the names of signals alone', () => {
    expect(factOf(event(1, { text: 'SIGTERM ignored' }))).toBe('SIGTERM ignored')
  })

  it('shows the severity of a kind without a state', () => {
    expect(shapeOfEvent(event(1, { kind: 'service.warning', severity: 'warning' }))).toBe('warning')
  })
})
