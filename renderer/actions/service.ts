import { type LucideIcon, Play, RotateCw, Square, TextAlignStart } from 'lucide-react'
import type { Service } from '../../contract/index.ts'
import { client } from '../connection/index.ts'
import { navigate, servicePath, withQuery } from '../router/index.ts'
import { showAnswer, showAsked, showError, type Verb } from '../store/index.ts'
import { messageOf } from './failure.ts'

/** Something that can be done with a service, once for its button, its key and its place in a menu. */
export interface ServiceAction {
  id: 'start' | 'stop' | 'restart' | 'logs'
  label: string
  icon: LucideIcon
  /** The key in a list of services. */
  key: string
  /** Whether it would change anything now. */
  when(service: Service): boolean
  run(service: Service): void
}

const past: Readonly<Record<Verb, string>> = {
  start: 'did not start',
  stop: 'did not stop',
  restart: 'did not restart',
  reload: 'did not reload',
  enable: 'was not enabled',
  disable: 'was not disabled',
}

/** Shows the wish at once, tells the agent, and puts back what was if it refuses. */
export async function runVerb(name: string, verb: Verb): Promise<void> {
  showAsked(name, verb)
  try {
    showAnswer(name, await client.services[verb]({ name }))
  } catch (error) {
    showAnswer(name, undefined)
    showError(`${name} ${past[verb]}`, messageOf(error), [
      { label: 'Try again', run: () => void runVerb(name, verb) },
      { label: 'Show why', run: () => navigate(servicePath(name)) },
    ])
  }
}

const isUp = ({ state }: Service): boolean =>
  state === 'running' || state === 'starting' || state === 'backoff' || state === 'waiting'

export const start: ServiceAction = {
  id: 'start',
  label: 'Start',
  icon: Play,
  key: 's',
  when: (service) => service.enabled && !(service.state === 'running' || service.state === 'starting'),
  run: ({ name }) => void runVerb(name, 'start'),
}

export const stop: ServiceAction = {
  id: 'stop',
  label: 'Stop',
  icon: Square,
  key: 's',
  when: (service) => isUp(service) || (service.processCount > 0 && service.state !== 'stopping'),
  run: ({ name }) => void runVerb(name, 'stop'),
}

export const restart: ServiceAction = {
  id: 'restart',
  label: 'Restart',
  icon: RotateCw,
  key: 'r',
  when: (service) => service.enabled && service.state !== 'stopping',
  run: ({ name }) => void runVerb(name, 'restart'),
}

const showLogs: ServiceAction = {
  id: 'logs',
  label: 'Logs',
  icon: TextAlignStart,
  key: 'l',
  when: () => true,
  run: ({ name }) => navigate(withQuery('/logs', { service: name })),
}

/** In the order of a row's buttons. */
export const serviceActions: readonly ServiceAction[] = [start, stop, restart, showLogs]

/** What a key does in a list of services; `s` stops what is up and starts what is not. */
export function actionForKey(key: string, service: Service): ServiceAction | undefined {
  if (key === 's') return service.desired === 'up' && stop.when(service) ? stop : start
  return serviceActions.find((action) => action.key === key)
}
