import { describe, expect, it } from 'vitest'
import type { Service, StateMessage } from '../../contract/index.ts'
import { HostPart } from './part.ts'

const service = (name: string): Service =>
  ({ name, service: name, state: 'running', dependsOn: ['db'], host: 'far', why: null }) as unknown as Service
const snapshot = (...names: string[]): StateMessage =>
  ({
    type: 'snapshot',
    seq: 1,
    services: names.map(service),
    host: null,
    alerts: { firing: 0, critical: 0, silenced: 0, items: [] },
  }) as unknown as StateMessage
const delta = (part: Partial<Extract<StateMessage, { type: 'delta' }>>): StateMessage => ({
  type: 'delta',
  seq: 2,
  services: [],
  usage: [],
  removed: [],
  ...part,
})
const away = { host: 'atlas', since: '2026-01-01T00:00:00Z', text: 'It cannot be reached' }

describe('one host among all', () => {
  it('calls its services and what they need by their addresses', () => {
    const part = new HostPart('atlas')
    expect(part.take(snapshot('web')).services).toEqual(['web@atlas'])
    expect(part.services.get('web@atlas')).toMatchObject({ host: 'atlas', dependsOn: ['db@atlas'] })
  })

  it('keeps what was known when it falls silent, marked with since when', () => {
    const part = new HostPart('atlas')
    part.take(snapshot('web'))
    expect(part.fallSilent(away)).toMatchObject({ services: ['web@atlas'], silent: true })
    expect(part.services.get('web@atlas')).toMatchObject({ state: 'running', lastHeardAt: away.since })
    part.fallSilent({ ...away, since: '2026-01-01T00:05:00Z', text: 'refused' })
    expect(part.silent).toEqual({ ...away, text: 'refused' })
  })

  it('is as before when it goes on, also where little has changed meanwhile', () => {
    const part = new HostPart('atlas')
    part.take(snapshot('web', 'db'))
    part.fallSilent(away)
    const change = part.take(delta({ usage: [['web', 5, 7]] }))
    expect([...change.services].sort()).toEqual(['db@atlas', 'web@atlas'])
    expect(part.services.get('web@atlas')).not.toHaveProperty('lastHeardAt')
    expect(part.silent).toBeNull()
  })

  it('tells what a new picture has no more', () => {
    const part = new HostPart('atlas')
    part.take(snapshot('web', 'db'))
    expect(part.take(snapshot('db')).removed).toEqual(['web@atlas'])
  })
})
