import type { MenuItemConstructorOptions } from 'electron'
import { needsAttention, type Service, summarise } from '../contract/index.ts'
import { meant } from './all.ts'

export type TrayState = 'well' | 'attention' | 'working' | 'none'
type Verb = 'start' | 'stop' | 'restart'

export interface MenuActions {
  act(name: string, verb: Verb): void
  actAll(verb: 'start' | 'stop'): void
  open(hash?: string): void
  quit(services: 'stop' | 'keep'): void
  runAgent(): void
}

/** Whose agent the menu is about: the panel's own, one that somebody else runs, or none. */
export type AgentKind = 'own' | 'other' | 'none'

const mostServices = 8
const still: ReadonlySet<string> = new Set(['running', 'stopped', 'completed', 'failed', 'waiting'])

export function trayState(services: readonly Service[]): TrayState {
  if (services.some(needsAttention)) return 'attention'
  if (services.some(({ state }) => !still.has(state))) return 'working'
  return services.some(({ state }) => state === 'running') ? 'well' : 'none'
}

/** What needs attention comes first, for the menu shows only so many. */
export function trayMenu(
  services: readonly Service[],
  actions: MenuActions,
  agent: AgentKind = 'own',
): MenuItemConstructorOptions[] {
  if (agent === 'none') return menuWithoutAgent(actions)
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
    allItem(services, 'start', actions),
    allItem(services, 'stop', actions),
    { type: 'separator' },
    { label: 'Open HXE', click: () => actions.open() },
    { label: 'Quit, keep services running', click: () => actions.quit('keep') },
    { label: 'Quit and stop services', click: () => actions.quit('stop') },
  ]
}

function allItem(
  services: readonly Service[],
  verb: 'start' | 'stop',
  actions: MenuActions,
): MenuItemConstructorOptions {
  const count = meant(services, verb).length
  const label = verb === 'start' ? 'Start all' : 'Stop all'
  return {
    label: count === 0 ? label : `${label} (${count})`,
    enabled: count > 0,
    click: () => actions.actAll(verb),
  }
}

function menuWithoutAgent(actions: MenuActions): MenuItemConstructorOptions[] {
  return [
    { label: 'No agent runs', enabled: false },
    { type: 'separator' },
    { label: 'Run the agent here', click: () => actions.runAgent() },
    { label: 'Open HXE', click: () => actions.open() },
    { label: 'Quit', click: () => actions.quit('keep') },
  ]
}
