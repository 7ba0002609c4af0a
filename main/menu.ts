import type { MenuItemConstructorOptions } from 'electron'
import { needsAttention, type Service, summarise } from '../contract/index.ts'

export type TrayState = 'well' | 'attention' | 'working' | 'none'
type Verb = 'start' | 'stop' | 'restart'

export interface MenuActions {
  act(name: string, verb: Verb): void
  actAll(verb: 'start' | 'stop'): void
  open(hash?: string): void
  quit(services: 'stop' | 'keep'): void
}

const mostServices = 8
const still: ReadonlySet<string> = new Set(['running', 'stopped', 'completed', 'failed', 'waiting'])

export function trayState(services: readonly Service[]): TrayState {
  if (services.some(needsAttention)) return 'attention'
  if (services.some(({ state }) => !still.has(state))) return 'working'
  return services.some(({ state }) => state === 'running') ? 'well' : 'none'
}

/** What needs attention comes first, for the menu shows only so many. */
export function trayMenu(services: readonly Service[], actions: MenuActions): MenuItemConstructorOptions[] {
  const shown = [...services]
    .sort((a, b) => Number(needsAttention(b)) - Number(needsAttention(a)))
    .slice(0, mostServices)
  return [
    { label: summarise(services), enabled: false },
    { type: 'separator' },
    ...shown.map(
      ({ name, state }): MenuItemConstructorOptions => ({
        label: `${name}: ${state}`,
        submenu: [
          { label: 'Start', click: () => actions.act(name, 'start') },
          { label: 'Stop', click: () => actions.act(name, 'stop') },
          { label: 'Restart', click: () => actions.act(name, 'restart') },
          { label: 'Logs', click: () => actions.open(`/services/${encodeURIComponent(name)}/logs`) },
        ],
      }),
    ),
    { type: 'separator' },
    { label: 'Start all', click: () => actions.actAll('start') },
    { label: 'Stop all', click: () => actions.actAll('stop') },
    { type: 'separator' },
    { label: 'Open HXE', click: () => actions.open() },
    { label: 'Quit, keep services running', click: () => actions.quit('keep') },
    { label: 'Quit and stop services', click: () => actions.quit('stop') },
  ]
}
