import {
  type AlertsSummary,
  alertPath,
  alertsInWords,
  type ConfigStatus,
  configTrouble,
  needsAttention,
  type Service,
  serviceActionWords,
  stateWords,
  summarise,
} from '../../contract/index.ts'
import { meant } from '../all.ts'
import type { Verb } from '../panelagent.ts'

export type TrayState = 'well' | 'attention' | 'working' | 'none'

export interface MenuActions {
  act(name: string, verb: Verb): void
  actAll(verb: 'start' | 'stop'): void
  open(path?: string): void
  quit(services: 'stop' | 'keep'): void
  runAgent(): void
}

/** Whose agent the menu is about: the panel's own, one that runs apart, or none. */
export type AgentKind = 'own' | 'other' | 'none'

/** One line of the menu. Its id stays the same for as long as it means the same. */
export interface TrayItem {
  id: string
  label: string
  enabled?: boolean
  click?: () => void
  items?: readonly TrayItem[]
}

export interface MenuFacts {
  services: readonly Service[]
  favourites: readonly string[]
  agent: AgentKind
  config?: ConfigStatus | undefined
  alerts?: AlertsSummary | undefined
}

const mostServices = 8
const mostAlerts = 8
const longestLabel = 60
const still: ReadonlySet<string> = new Set(['running', 'stopped', 'completed', 'failed', 'waiting'])

export function trayState({ services, agent, config, alerts }: Omit<MenuFacts, 'favourites'>): TrayState {
  if (agent === 'none') return 'none'
  const isAlert = alerts?.items.some(({ acknowledged, severity }) => !acknowledged && severity !== 'info') ?? false
  if (config?.status === 'invalid' || isAlert || services.some(needsAttention)) return 'attention'
  return services.some(({ state }) => !still.has(state)) ? 'working' : 'well'
}

const separator = (id: string): TrayItem => ({ id: `line:${id}`, label: '' })
export const isSeparator = ({ id }: TrayItem): boolean => id.startsWith('line:')

export function trayMenu({ services, favourites, agent, config, alerts }: MenuFacts, actions: MenuActions): TrayItem[] {
  if (agent === 'none') return menuWithoutAgent(actions)
  const shown = chosen(services, favourites)
  const count = meant(services, 'stop').length
  return [
    { id: 'summary', label: summarise(services), enabled: false },
    ...(agent === 'other' ? [{ id: 'apart', label: 'The agent runs apart from HXE', enabled: false }] : []),
    ...configItems(config, actions),
    separator('services'),
    ...shown.map((service) => serviceItem(service, actions)),
    ...(shown.length > 0 ? [separator('all')] : []),
    allItem(services, 'start', actions),
    allItem(services, 'stop', actions),
    separator('open'),
    ...alertItems(alerts, actions),
    { id: 'open', label: 'Open HXE', click: () => actions.open() },
    separator('quit'),
    { id: 'keep', label: 'Quit, keep services running', click: () => actions.quit('keep') },
    {
      id: 'stop',
      label: count === 0 ? 'Quit and stop services' : `Quit and stop ${count} service${count === 1 ? '' : 's'}`,
      click: () => actions.quit('stop'),
    },
  ]
}

/** What fires, worst first; a click opens it. */
function alertItems(alerts: AlertsSummary | undefined, actions: MenuActions): TrayItem[] {
  if (!alerts || alerts.firing === 0) return []
  const items = alerts.items.slice(0, mostAlerts).map(({ id, summary }) => ({
    id: `alert:${id}`,
    label: shortened(summary),
    click: () => actions.open(alertPath(id)),
  }))
  return [{ id: 'alerts', label: alertsInWords(alerts), items }]
}

/** What is wrong with the configuration; the page that a click opens tells more. */
function configItems(config: ConfigStatus | undefined, actions: MenuActions): TrayItem[] {
  const trouble = config && configTrouble(config)
  return trouble ? [{ id: 'config', label: shortened(trouble.headline), click: () => actions.open('/') }] : []
}

/** The favourites as they were starred; without any, what needs attention and then what changed last. */
function chosen(services: readonly Service[], favourites: readonly string[]): Service[] {
  const starred = favourites.flatMap((name) => services.find((service) => service.name === name) ?? [])
  if (starred.length > 0) return starred.slice(0, mostServices)
  return [...services]
    .sort((a, b) => Number(needsAttention(b)) - Number(needsAttention(a)) || (a.since < b.since ? 1 : -1))
    .slice(0, mostServices)
}

function serviceItem(service: Service, actions: MenuActions): TrayItem {
  const { name, state, why, enabled } = service
  const isAtRest = meant([service], 'start').length > 0
  const can: Readonly<Record<Verb, boolean>> = {
    start: enabled && isAtRest,
    stop: !isAtRest && state !== 'stopping',
    restart: enabled && state !== 'stopping',
  }
  const verbs = (['start', 'stop', 'restart'] as const).map((verb) => ({
    id: `${name}/${verb}`,
    label: serviceActionWords[verb].label,
    enabled: can[verb],
    click: () => actions.act(name, verb),
  }))
  return {
    id: `service:${name}`,
    label: `${name}: ${stateWords[state]}`,
    items: [
      ...(why ? [{ id: `${name}/why`, label: shortened(why.sentence), enabled: false }] : []),
      ...verbs,
      {
        id: `${name}/logs`,
        label: serviceActionWords.logs.label,
        click: () => actions.open(`/logs?service=${encodeURIComponent(name)}`),
      },
    ],
  }
}

const shortened = (text: string): string => (text.length > longestLabel ? `${text.slice(0, longestLabel - 1)}…` : text)

function allItem(services: readonly Service[], verb: 'start' | 'stop', actions: MenuActions): TrayItem {
  const count = meant(services, verb).length
  const label = verb === 'start' ? 'Start all' : 'Stop all'
  return {
    id: `${verb}-all`,
    label: count === 0 ? label : `${label} (${count})`,
    enabled: count > 0,
    click: () => actions.actAll(verb),
  }
}

function menuWithoutAgent(actions: MenuActions): TrayItem[] {
  return [
    { id: 'summary', label: 'No agent runs', enabled: false },
    separator('services'),
    { id: 'run', label: 'Run the agent here', click: () => actions.runAgent() },
    { id: 'open', label: 'Open HXE', click: () => actions.open() },
    { id: 'keep', label: 'Quit', click: () => actions.quit('keep') },
  ]
}
