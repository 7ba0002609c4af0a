import { describe, expect, it } from 'vitest'
import type { ServiceState } from './states.ts'
import { countServices, summarise, summariseCounts } from './summary.ts'

const one = (state: ServiceState, patch: object = {}) => ({ state, health: 'none', type: 'service', ...patch }) as const
const many = (count: number, state: ServiceState, patch: object = {}) =>
  Array.from({ length: count }, () => one(state, patch))
const cron = many(3, 'waiting', { type: 'cron' })

describe('one sentence about all services', () => {
  it.each([
    ['No services yet', []],
    ['The one service is running', many(1, 'running')],
    ['All 12 services are running', many(12, 'running')],
    ['2 of 12 need attention', [...many(10, 'running'), one('failed'), one('backoff')]],
    ['1 of 12 needs attention', [...many(11, 'running'), one('running', { health: 'unhealthy' })]],
    ['Nothing is running', [...many(2, 'stopped'), one('completed')]],
    ['Nothing is running, 3 scheduled', [one('stopped'), ...cron]],
    ['Nothing is running, 2 changing', [one('starting'), one('waiting'), one('stopped')]],
    ['27 of 31 services are running, 3 scheduled, 1 stopped', [...many(27, 'running'), ...cron, one('stopped')]],
    ['1 of 2 services is running, 1 changing', [one('running'), one('stopping')]],
    ['1 of 2 services is running, 1 completed', [one('running'), one('completed')]],
  ])('is: %s', (sentence, services) => {
    expect(summarise(services)).toBe(sentence)
  })

  it('has figures beside it', () => {
    const services = [...many(22, 'running'), ...cron, ...many(2, 'starting'), one('stopped'), one('failed')]
    expect(summariseCounts(services)).toBe('22 running, 3 scheduled, 2 changing, 1 stopped')
    expect(countServices(services)).toEqual({
      total: 29,
      attention: 1,
      running: 22,
      changing: 2,
      scheduled: 3,
      completed: 0,
      stopped: 1,
    })
  })
})
