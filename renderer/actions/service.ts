import {
  Ban,
  CircleCheck,
  type LucideIcon,
  Play,
  RefreshCw,
  RotateCw,
  Square,
  SquareArrowOutUpRight,
  Star,
  TextAlignStart,
} from 'lucide-react'
import { type Service, type ServiceActionId, serviceActionWords } from '../../contract/index.ts'
import { openExternal } from '../parts/index.ts'
import { navigate, withQuery } from '../router/index.ts'
import { isStale, toggleFavourites, usePreferences } from '../store/index.ts'
import { isUp } from './consequences.ts'
import { runVerb, startServices, stopServices } from './verbs.ts'

/** Something that can be done with services, once for button, menu, palette, key and bar of many. */
export interface ServiceAction {
  id: ServiceActionId
  label: string
  icon: LucideIcon
  /** The key in a list of services. */
  key: string | undefined
  /** Why it cannot be done with this service now; null when it can. */
  refusal(service: Service): string | null
  /** Whether it can be done now. */
  when(service: Service): boolean
  /** With one or with many, as one deed: one question, one answer to take back. */
  run(...services: Service[]): void
}

interface Definition {
  icon: LucideIcon
  refusal?(service: Service): string | null
  /** Whether it needs the agent's answer. */
  asksAgent?: boolean
  run(services: readonly Service[]): void
}

const namesIn = (services: readonly Service[]): string[] => services.map(({ name }) => name)

function define(id: ServiceActionId, { icon, refusal = () => null, asksAgent = true, run }: Definition): ServiceAction {
  const words: { label: string; keys?: string } = serviceActionWords[id]
  const whyNot = (service: Service): string | null =>
    asksAgent && isStale(service)
      ? `No word from ${service.lastHeardAt === undefined ? 'the agent' : service.host}`
      : refusal(service)
  return {
    id,
    label: words.label,
    icon,
    key: words.keys,
    refusal: whyNot,
    when: (service) => whyNot(service) === null,
    run: (...services) => run(services),
  }
}

export const start = define('start', {
  icon: Play,
  refusal: ({ enabled, state }) => {
    if (!enabled) return 'It is disabled'
    return state === 'running' || state === 'starting' ? 'It is up' : null
  },
  run: (services) => void startServices(services),
})

export const stop = define('stop', {
  icon: Square,
  refusal: (service) => {
    if (service.state === 'stopping') return 'It is stopping'
    return isUp(service) || service.processCount > 0 ? null : 'Nothing of it runs'
  },
  run: (services) => void stopServices(services),
})

export const restart = define('restart', {
  icon: RotateCw,
  refusal: ({ enabled, state }) => {
    if (!enabled) return 'It is disabled'
    return state === 'stopping' ? 'It is stopping' : null
  },
  run: (services) => void runVerb(namesIn(services), 'restart'),
})

export const reload = define('reload', {
  icon: RefreshCw,
  refusal: ({ state }) => (state === 'running' ? null : 'It does not run'),
  run: (services) => void runVerb(namesIn(services), 'reload'),
})

export const enable = define('enable', {
  icon: CircleCheck,
  refusal: ({ enabled }) => (enabled ? 'It is enabled' : null),
  run: (services) => void runVerb(namesIn(services), 'enable'),
})

export const disable = define('disable', {
  icon: Ban,
  refusal: ({ enabled }) => (enabled ? null : 'It is disabled'),
  run: (services) => void runVerb(namesIn(services), 'disable'),
})

const showLogs = define('logs', {
  icon: TextAlignStart,
  asksAgent: false,
  run: (services) => navigate(withQuery('/logs', { service: namesIn(services).join(',') })),
})

const urlOf = ({ ports }: Service): string | undefined => ports.find(({ url }) => url !== undefined)?.url

const open = define('open', {
  icon: SquareArrowOutUpRight,
  asksAgent: false,
  refusal: (service) => (urlOf(service) === undefined ? 'It has no port with an address' : null),
  run: ([service]) => {
    const url = service && urlOf(service)
    if (url !== undefined) openExternal(url)
  },
})

export const favourite = define('favourite', {
  icon: Star,
  asksAgent: false,
  run: (services) => toggleFavourites(namesIn(services)),
})

/** In the order of a row's buttons. */
export const serviceActions: readonly ServiceAction[] = [start, stop, restart, showLogs]

/** What is done with many at once, in the order of a bar. */
export const manyActions: readonly ServiceAction[] = [start, stop, restart, reload, showLogs, favourite]

/** All of them, in the order of a menu. */
export const allServiceActions: readonly ServiceAction[] = [
  start,
  stop,
  restart,
  reload,
  showLogs,
  open,
  favourite,
  enable,
  disable,
]

/** What it would be called for this service: a star that is there is taken away. */
export const labelFor = (action: ServiceAction, { name }: Service): string =>
  action === favourite && usePreferences.getState().favourites.includes(name) ? 'Remove from favourites' : action.label

/** What a key does in a list of services; `s` stops what is up and starts what is not. */
export function actionForKey(key: string, service: Service): ServiceAction | undefined {
  if (key === 's') return service.desired === 'up' && stop.when(service) ? stop : start
  return allServiceActions.find((action) => action.key === key)
}
