import { describe, expect, it } from 'vitest'
import type { Service, StateMessage } from '../../contract/index.ts'
import { type AgentModel, answer, applyMessage, ask, emptyModel } from './model.ts'
import { agentInfo, configStatus, noAlerts, service } from './samples.ts'

const snapshot = (...services: Service[]): StateMessage => ({
  type: 'snapshot',
  seq: 1,
  agent: agentInfo,
  services,
  host: null,
  config: configStatus,
  alerts: noAlerts,
})

const delta = (part: Partial<Extract<StateMessage, { type: 'delta' }>>): StateMessage => ({
  type: 'delta',
  seq: 2,
  services: [],
  usage: [],
  removed: [],
  ...part,
})

const web = service({ name: 'web', cpuPercent: 1, memoryBytes: 10 })
const db = service({ name: 'db' })
const started = (): AgentModel => applyMessage(emptyModel, snapshot(web, db))

describe('applyMessage', () => {
  it('replaces everything by a snapshot', () => {
    const model = applyMessage(started(), { ...snapshot(db), seq: 9 } as StateMessage)
    expect([...model.services.keys()]).toEqual(['db'])
    expect(model.seq).toBe(9)
  })

  it('keeps those of several hosts apart, and knows which hosts are silent', () => {
    const silent = [{ host: 'atlas', since: '2026-01-01T00:00:00Z', text: 'It cannot be reached' }]
    const both = [service({ name: 'web@atlas' }), service({ name: 'web@laptop' })]
    const model = applyMessage(emptyModel, { ...snapshot(...both), silentHosts: silent } as StateMessage)
    expect([...model.services.keys()]).toEqual(['web@atlas', 'web@laptop'])
    const asked = ask(model, ['web@atlas'], 'stop')
    expect([...asked.services.values()].map(({ state }) => state)).toEqual(['stopping', 'running'])
    expect(applyMessage(model, delta({})).silentHosts).toEqual(silent)
    expect(applyMessage(model, delta({ silentHosts: [] })).silentHosts).toEqual([])
  })

  it('keeps every service object when only figures change', () => {
    const before = started()
    const after = applyMessage(before, delta({ usage: [['web', 12, 99]] }))
    expect(after.services).toBe(before.services)
    expect(after.usage.get('web')).toEqual({ cpuPercent: 12, memoryBytes: 99 })
    expect(after.usage.get('db')).toBe(before.usage.get('db'))
  })

  it('keeps the order of the files when a service changes', () => {
    const after = applyMessage(started(), delta({ services: [{ ...web, state: 'failed' }] }))
    expect([...after.services.keys()]).toEqual(['web', 'db'])
    expect(after.services.get('web')?.state).toBe('failed')
  })

  it('forgets what was removed', () => {
    const after = applyMessage(started(), delta({ removed: ['web'] }))
    expect(after.services.has('web') || after.usage.has('web')).toBe(false)
  })

  it('takes names such as __proto__ as data', () => {
    const odd = service({ name: '__proto__' })
    const after = applyMessage(started(), delta({ services: [odd] }))
    expect(after.services.get('__proto__')).toBe(odd)
  })
})

describe('ask and answer', () => {
  it('shows at once what was asked for', () => {
    const model = ask(started(), ['web'], 'stop')
    expect(model.services.get('web')).toMatchObject({ state: 'stopping', reason: { text: 'Asked to stop' } })
  })

  it('goes back to what was when the agent refuses', () => {
    const model = answer(ask(started(), ['web'], 'stop'), new Map([['web', undefined]]))
    expect(model.services.get('web')).toBe(web)
    expect(model.asked.size).toBe(0)
  })

  it('goes back to the first state after two askings', () => {
    const model = answer(ask(ask(started(), ['web'], 'stop'), ['web'], 'start'), new Map([['web', undefined]]))
    expect(model.services.get('web')).toBe(web)
  })

  it('takes the answer of the agent', () => {
    const stopped = { ...web, state: 'stopped' as const }
    expect(answer(ask(started(), ['web'], 'stop'), new Map([['web', stopped]])).services.get('web')).toBe(stopped)
  })

  it('lets a delta that came meanwhile stand', () => {
    const failed = { ...web, state: 'failed' as const }
    const model = applyMessage(ask(started(), ['web'], 'stop'), delta({ services: [failed] }))
    expect(answer(model, new Map([['web', undefined]])).services.get('web')).toBe(failed)
  })

  it('ignores the answer for a set of replicas', () => {
    const model = ask(started(), ['web'], 'stop')
    expect(answer(model, new Map([['web', service({ name: 'other' })]])).services.get('web')).toBe(web)
  })
})
