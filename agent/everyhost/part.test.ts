import { describe, expect, it } from 'vitest'
import type { Alert, Service, StateMessage } from '../../contract/index.ts'
import { alertOf } from '../alerts/fixtures/alert.ts'
import { HostPart, sumOfAlerts } from './part.ts'

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

describe('alerts of all hosts', () => {
  const partOf = (name: string, ...items: Alert[]): HostPart => {
    const part = new HostPart(name)
    const alerts = { firing: items.length, critical: items.length, silenced: 0, items }
    part.take({ ...snapshot(), alerts } as StateMessage)
    return part
  }
  const lost = (id: string) => alertOf(id, { on: 'fleet', name: 'agent-lost', host: 'atlas' })
  const named = (parts: HostPart[]): string[] =>
    sumOfAlerts(parts).items.map(({ id, cause }) => (cause ? `${id} from ${cause.id}` : id))

  it('are those of a lost host as what follows from it, and count once', () => {
    const atlas = partOf('atlas', alertOf('web'), lost('old'))
    const parts = [atlas, partOf('laptop', lost('l1')), partOf('wega', lost('l2'), alertOf('db'))]
    atlas.fallSilent(away)
    expect(sumOfAlerts(parts)).toMatchObject({ firing: 2, critical: 2 })
    expect(named(parts).toSorted()).toEqual(
      [
        'l1@laptop',
        'db@wega',
        'l2@wega from l1@laptop',
        'old@atlas from l1@laptop',
        'web@atlas from l1@laptop',
      ].toSorted(),
    )
    const first = sumOfAlerts(parts).items.find(({ id }) => id === 'l1@laptop')
    expect(first).toMatchObject({ host: 'atlas', follows: { count: 3, services: ['web@atlas'] } })
  })

  it('stay those of a host that is heard, or of which nobody says that it is lost', () => {
    const atlas = partOf('atlas', alertOf('web'))
    expect(named([atlas, partOf('laptop', lost('l1'))]).toSorted()).toEqual(['l1@laptop', 'web@atlas'])
    atlas.fallSilent(away)
    expect(named([atlas, partOf('laptop')])).toEqual(['web@atlas'])
    expect(sumOfAlerts([atlas, partOf('laptop', lost('l1'))]).firing).toBe(1)
    atlas.take(delta({}))
    expect(sumOfAlerts([atlas, partOf('laptop', lost('l1'))]).firing).toBe(2)
  })
})
