import { expect, it } from 'vitest'
import type { AlertsSummary, ConfigStatus, Service } from '../../contract/index.ts'
import { MenuLayout } from './layout.ts'
import { type AgentKind, type MenuActions, type TrayItem, trayMenu, trayState } from './menu.ts'

const service = (name: string, state: string, more: Partial<Service> = {}): Service =>
  ({ name, state, health: 'none', type: 'service', enabled: true, why: null, since: '2026', ...more }) as Service

const noop = (): void => undefined
const quiet: MenuActions = { act: noop, actAll: noop, open: noop, quit: noop, runAgent: noop }
const menu = (services: Service[], favourites: string[] = [], agent: AgentKind = 'own'): TrayItem[] =>
  trayMenu({ services, favourites, agent }, quiet)
const namesOf = (items: readonly TrayItem[]): string[] =>
  items.filter(({ items: inner }) => inner).map(({ label }) => label)
const find = (items: readonly TrayItem[], id: string): TrayItem | undefined =>
  items.flatMap((item) => [item, ...(item.items ?? [])]).find((item) => item.id === id)

it('shows what needs attention first, then what changed last, and eight services at most', () => {
  const running = Array.from({ length: 9 }, (_, n) => service(`s${n}`, 'running', { since: `202${n}` }))
  const names = namesOf(menu([...running, service('bad', 'failed', { since: '1999' })]))
  expect(names).toHaveLength(8)
  expect(names.slice(0, 2)).toEqual(['bad: Failed', 's8: Running'])
})

it('shows the favourites as they were starred, where there are any', () => {
  const services = ['a', 'b', 'c'].map((name) => service(name, 'running'))
  expect(namesOf(menu(services, ['c', 'gone', 'a']))).toEqual(['c: Running', 'a: Running'])
})

it('offers of a service what would change something, and says why it failed', () => {
  const why = { sentence: 'Port 3000 is held', chain: [], fixes: [] }
  const items = menu([
    service('web', 'failed', { why }),
    service('db', 'running'),
    service('off', 'stopped', { enabled: false }),
  ])
  expect(find(items, 'web/why')).toMatchObject({ label: 'Port 3000 is held', enabled: false })
  const can = (name: string): (boolean | undefined)[] =>
    ['start', 'stop', 'restart', 'logs'].map((verb) => find(items, `${name}/${verb}`)?.enabled)
  expect(can('web')).toEqual([true, false, true, undefined])
  expect(can('db')).toEqual([false, true, true, undefined])
  expect(can('off')).toEqual([false, false, false, undefined])
})

it('counts what Stop all and Start all are about', () => {
  const labels = menu([service('a', 'running'), service('b', 'running'), service('c', 'stopped')]).map(
    ({ label }) => label,
  )
  expect(labels).toContain('Stop all (2)')
  expect(labels).toContain('Start all (1)')
  expect(labels).toContain('Quit and stop 2 services')
})

it('has an icon for each of four states', () => {
  const states = ['running', 'failed', 'starting'].map((state) =>
    trayState({ services: [service('a', state)], agent: 'own' }),
  )
  expect([...states, trayState({ services: [], agent: 'none' })]).toEqual(['well', 'attention', 'working', 'none'])
})

it('tells an open menu of new words, and of new lines when it is closed', () => {
  const layout = new MenuLayout()
  expect(layout.update(menu([service('a', 'running')]))).toBe('anew')
  layout.opened(0)
  const changed = layout.update(menu([service('a', 'stopping')]))
  expect(layout.properties(changed as number[])).not.toEqual([])
  const { revision } = layout
  layout.update(menu([service('a', 'stopped'), service('b', 'running')]))
  expect(layout.revision).toBe(revision)
  expect(JSON.stringify(layout.layout(0))).toContain('a: Stopped')
  expect(JSON.stringify(layout.layout(0))).not.toContain('b: Running')
  expect(layout.closed(0)).toBe('anew')
  expect(layout.revision).toBe(revision + 1)
  expect(JSON.stringify(layout.layout(0))).toContain('b: Running')
})

it('gives a menu that never said it was closed its new lines when it is opened again', () => {
  const layout = new MenuLayout()
  layout.update(menu([service('a', 'running')]))
  layout.opened(0)
  layout.update(menu([]))
  expect(layout.aboutToOpen(0)).toBe(true)
  expect(layout.aboutToOpen(0)).toBe(false)
})

it('says what is wrong with the configuration, and wants attention for errors', () => {
  const config = {
    status: 'invalid',
    diagnostics: [],
    changed: [],
    pending: null,
    revision: 2,
  } as unknown as ConfigStatus
  const items = trayMenu({ services: [service('a', 'running')], favourites: [], agent: 'own', config }, quiet)
  expect(items.map(({ id }) => id).slice(0, 2)).toEqual(['summary', 'config'])
  expect(find(items, 'config')?.label).toBe('The configuration has an error')
  expect(trayState({ services: [service('a', 'running')], agent: 'own', config })).toBe('attention')
  expect(find(menu([]), 'config')).toBeUndefined()
})

it('names the alerts that fire, and asks for attention until somebody sees to them', () => {
  const alert = { id: 'a 1', summary: 'The disk / is full in about 3 h', severity: 'critical', acknowledged: false }
  const alerts = { firing: 1, critical: 1, silenced: 0, items: [alert] } as unknown as AlertsSummary
  const opened: unknown[] = []
  const facts = { services: [service('a', 'running')], agent: 'own', alerts } as const
  const items = trayMenu({ ...facts, favourites: [] }, { ...quiet, open: (path) => void opened.push(path) })
  expect(find(items, 'alerts')?.label).toBe('1 critical alert')
  find(items, 'alert:a 1')?.click?.()
  expect(opened).toEqual(['/alerts?alert=a%201'])
  expect(trayState(facts)).toBe('attention')
  const seen = { ...alerts, items: [{ ...alert, acknowledged: true }] } as unknown as AlertsSummary
  expect(trayState({ ...facts, alerts: seen })).toBe('well')
})
