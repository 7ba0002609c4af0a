import { describe, expect, it } from 'vitest'
import { service } from '../../store/samples.ts'
import { busiest, comingUp, groupByApp } from './apps.ts'

const web = service({ name: 'web', app: 'shop' })
const pay = service({ name: 'pay', app: 'shop', state: 'failed' })
const lone = service({ name: 'lone' })
const usage = new Map([
  ['web', { cpuPercent: 2, memoryBytes: 10 }],
  ['lone', { cpuPercent: 2.2, memoryBytes: 5 }],
])

describe('groupByApp', () => {
  it('adds up an app and shows its worst first', () => {
    const [shop] = groupByApp([lone, web, pay], usage)
    expect(shop).toMatchObject({ app: 'shop', cpuPercent: 2, memoryBytes: 10 })
    expect(shop?.services.map(({ name }) => name)).toEqual(['pay', 'web'])
  })

  it('puts services without an app last', () => {
    expect(groupByApp([lone, web], usage).map(({ app }) => app)).toEqual(['shop', null])
  })

  it('has no figure where nothing was measured', () => {
    expect(groupByApp([pay], usage)[0]?.cpuPercent).toBeNull()
  })
})

describe('busiest', () => {
  it('orders by whole percent, then by memory', () => {
    expect(busiest([pay, lone, web], usage, 2).map(({ name }) => name)).toEqual(['web', 'lone'])
  })
})

describe('comingUp', () => {
  it('lists the next runs of cron jobs, soonest first', () => {
    const jobs = [
      service({ name: 'late', type: 'cron', nextStartAt: '2026-01-01T12:00:00Z' }),
      service({ name: 'soon', type: 'cron', nextStartAt: '2026-01-01T11:00:00Z' }),
      service({ name: 'retry', nextStartAt: '2026-01-01T10:00:00Z' }),
    ]
    expect(comingUp(jobs, 5).map(({ name }) => name)).toEqual(['soon', 'late'])
  })
})
