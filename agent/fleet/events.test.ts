import { expect, it } from 'vitest'
import type { AgentEvent } from '../../contract/index.ts'
import { mergeEvents } from './events.ts'

const event = (seq: number, second: number): AgentEvent => ({
  seq,
  time: new Date(second * 1000).toISOString(),
  kind: 'service.started',
  severity: 'info',
  text: '',
  author: 'agent',
})
const told = (hosts: Parameters<typeof mergeEvents>[0], limit = 10) =>
  mergeEvents(hosts, limit).map(({ host, seq }) => `${host}${seq}`)

it('events of many hosts are one list, newest first, and no longer than asked for', () => {
  const hosts = [
    { host: 'a', skewMs: 0, events: [event(3, 30), event(1, 10)] },
    { host: 'b', skewMs: 0, events: [event(9, 20)] },
  ]
  expect(told(hosts)).toEqual(['a3', 'b9', 'a1'])
  expect(told(hosts, 2)).toEqual(['a3', 'b9'])
  expect(told([])).toEqual([])
})

it('what is known of a clock that is off is taken off, and one that went back turns nothing round', () => {
  const ahead = { host: 'a', skewMs: 600_000, events: [event(2, 605), event(1, 601)] }
  const back = { host: 'b', skewMs: 0, events: [event(8, 3), event(7, 900)] }
  expect(told([ahead, back])).toEqual(['a2', 'b8', 'b7', 'a1'])
})
