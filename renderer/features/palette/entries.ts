import { Server } from 'lucide-react'
import { everyHost, needsAttention, type Service, stateWords } from '../../../contract/index.ts'
import { allServiceActions, labelFor, type PanelAction, panelActions, type ServiceAction } from '../../actions/index.ts'
import { rankOf } from '../../parts/index.ts'
import { navigate, servicePath, withQuery } from '../../router/index.ts'
import { showHost, useFleet } from '../../store/index.ts'
import { type Match, match } from './match.ts'

export interface Entry {
  id: string
  group: 'Services' | 'Actions' | 'Pages' | 'Hosts' | 'Settings'
  label: string
  ranges: Match['ranges']
  /** Beside the label, quieter. */
  note: string
  keys?: string | undefined
  icon?: PanelAction['icon']
  service?: Service
  run(): void
}

/** So many services are listed; the rest is one entry that leads to the list. */
const mostServices = 30
/** Whose actions are offered: the best found. */
const mostSubjects = 5
const mostActions = 14
/** Before anything is typed. */
const mostSuggested = 6

type Scored<T> = { item: T; found: Match }

function ranked<T>(items: Iterable<T>, query: string, textOf: (item: T) => string): Scored<T>[] {
  const result: Scored<T>[] = []
  for (const item of items) {
    const found = match(query, textOf(item))
    if (found) result.push({ item, found })
  }
  return result.sort((a, b) => b.found.score - a.found.score)
}

/**
 * What a query finds, the best first in each group. `>` looks among actions only, `#` among tags. However many services
 * there are, only so many become entries.
 */
export function entriesFor(
  query: string,
  services: ReadonlyMap<string, Service>,
  favourites: readonly string[],
): Entry[] {
  const text = query.trim()
  if (text.startsWith('#')) return servicesWithTag(text.slice(1).trim(), services)
  if (text.startsWith('>')) {
    const rest = text.slice(1).trim()
    return [...serviceActionEntries(rest, services), ...panelEntries(rest, 'command'), ...panelEntries(rest, 'setting')]
  }
  if (text === '') {
    return [...suggested(services, favourites), ...panelEntries('', 'page'), ...panelEntries('', 'command')]
  }
  return [
    ...panelEntries(text, 'page'),
    ...hostEntries(text),
    ...serviceEntries(text, services),
    ...serviceActionEntries(text, services),
    ...panelEntries(text, 'command'),
    ...panelEntries(text, 'setting'),
  ]
}

function noteOf({ state, app, description }: Service): string {
  return [app, stateWords[state].toLowerCase(), description].filter(Boolean).join(' · ')
}

function entryOf(service: Service, ranges: Match['ranges']): Entry {
  return {
    id: `service ${service.name}`,
    group: 'Services',
    label: service.name,
    ranges,
    note: noteOf(service),
    service,
    run: () => navigate(servicePath(service.name)),
  }
}

function serviceEntries(query: string, services: ReadonlyMap<string, Service>): Entry[] {
  const found = ranked(services.values(), query, ({ name }) => name)
  return withRest(found, found.length, query)
}

function servicesWithTag(tag: string, services: ReadonlyMap<string, Service>): Entry[] {
  const found = ranked(
    [...services.values()].filter(({ tags }) => tags.some((each) => match(tag, each))),
    '',
    ({ name }) => name,
  )
  return withRest(found, found.length, tag === '' ? '' : `tag:${tag} `)
}

function withRest(found: readonly Scored<Service>[], count: number, filter: string): Entry[] {
  const entries = found.slice(0, mostServices).map(({ item, found: { ranges } }) => entryOf(item, ranges))
  if (count <= mostServices) return entries
  const rest: Entry = {
    id: 'rest',
    group: 'Services',
    label: `All ${count} in the list of services`,
    ranges: [],
    note: '',
    run: () => navigate(withQuery('/services', { filter })),
  }
  return [...entries, rest]
}

const mostHosts = 6

/** Where there is more than one host: which of them is shown. */
function hostEntries(query: string): Entry[] {
  const { hosts } = useFleet.getState()
  if (hosts.length < 2) return []
  const choices = [
    { label: 'Show all hosts', note: '', host: everyHost },
    ...hosts.map(({ name, self, state }) => ({
      label: `Show ${name}`,
      note: self ? 'this computer' : state === 'unreachable' ? 'unreachable' : '',
      host: self ? null : name,
    })),
  ]
  return ranked(choices, query, ({ label }) => label)
    .slice(0, mostHosts)
    .map(({ item: { label, note, host }, found: { ranges } }) => ({
      id: `host ${label}`,
      group: 'Hosts',
      label,
      ranges,
      note,
      icon: Server,
      run: () => showHost(host),
    }))
}

/** What needs someone, then favourites: where one most likely wants to go. */
function suggested(services: ReadonlyMap<string, Service>, favourites: readonly string[]): Entry[] {
  const troubled = [...services.values()].filter(needsAttention).sort((a, b) => rankOf(a) - rankOf(b))
  const starred = favourites.flatMap((name) => services.get(name) ?? [])
  return [...new Set([...troubled, ...starred])].slice(0, mostSuggested).map((service) => entryOf(service, []))
}

const phrase = (action: ServiceAction, service: Service): string =>
  action.id === 'logs' ? `Show logs of ${service.name}` : `${labelFor(action, service)} ${service.name}`

/** "pay" offers what can be done with payments-api; "restart pay" restarts whatever matches. */
function serviceActionEntries(query: string, services: ReadonlyMap<string, Service>): Entry[] {
  const [verb = '', ...rest] = query.split(/\s+/)
  const named = rest.join(' ')
  const verbs = allServiceActions.filter(
    ({ label }) => verb !== '' && label.toLowerCase().startsWith(verb.toLowerCase()),
  )
  const actions = verbs.length > 0 ? verbs : allServiceActions
  const subjects = ranked(services.values(), verbs.length > 0 ? named : query, ({ name }) => name)
  const most = verbs.length > 0 ? mostActions : mostSubjects
  const entries: Entry[] = []
  for (const { item: service } of subjects.slice(0, most)) {
    for (const action of actions) {
      if (!action.when(service)) continue
      const label = phrase(action, service)
      entries.push({
        id: `${action.id} ${service.name}`,
        group: 'Actions',
        label,
        ranges: match(query, label)?.ranges ?? [],
        note: '',
        keys: action.key,
        icon: action.icon,
        run: () => action.run(service),
      })
    }
    if (entries.length >= mostActions) break
  }
  return entries.slice(0, mostActions)
}

const groups = { page: 'Pages', command: 'Actions', setting: 'Settings' } as const

function panelEntries(query: string, kind: PanelAction['kind']): Entry[] {
  const possible = panelActions.filter((action) => action.kind === kind && action.refusal() === null)
  return ranked(possible, query, ({ label }) => label)
    .filter(({ found }) => query === '' || found.score > 25)
    .map(({ item, found }) => ({
      id: item.id,
      group: groups[kind],
      label: item.label,
      ranges: found.ranges,
      note: '',
      keys: item.keys,
      icon: item.icon,
      run: item.run,
    }))
}
