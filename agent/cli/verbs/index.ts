import type { CommonOptions } from '../context.ts'
import type { Verb } from '../verb.ts'
import { agentVerbs } from './agent.ts'
import { alertVerbs } from './alerts.ts'
import { configVerbs } from './config.ts'
import { fleetVerbs } from './fleet.ts'
import { hostVerbs } from './hosts.ts'
import { outputVerbs } from './output.ts'
import { runningVerbs } from './running.ts'
import { serviceVerbs } from './services.ts'

/** In the order in which help lists them. */
export const verbs: readonly Verb<CommonOptions>[] = [...serviceVerbs, ...outputVerbs, ...runningVerbs, ...agentVerbs]

/** A word with verbs of its own below it. */
export interface Group {
  name: string
  summary: string
  group: string
  verbs: readonly Verb<CommonOptions>[]
  /** The verb that the word alone stands for. */
  itself?: string
}

export const groups: readonly Group[] = [
  {
    name: 'alerts',
    summary: 'see what is wrong, say that you see to it, keep alerts quiet',
    group: 'What they say:',
    verbs: alertVerbs,
    itself: 'list',
  },
  {
    name: 'config',
    summary: 'check, show and import configuration files, without an agent',
    group: 'The agent:',
    verbs: configVerbs,
  },
  {
    name: 'hosts',
    summary: 'see the hosts of the fleet, join one, make their keys',
    group: 'The fleet:',
    verbs: hostVerbs,
    itself: 'list',
  },
  {
    name: 'fleet',
    summary: 'see how this agent is joined to others, or try a fleet on one machine',
    group: 'The fleet:',
    verbs: fleetVerbs,
    itself: 'status',
  },
]
