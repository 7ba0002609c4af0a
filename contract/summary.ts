import type { AlertsSummary } from './alerts.ts'
import type { Service } from './service.ts'
import { needsAttention } from './words.ts'

/** What a sentence about many services counts. */
export interface ServiceCounts {
  total: number
  attention: number
  running: number
  /** On its way up or down, or waiting for another. */
  changing: number
  /** Cron jobs between their runs. */
  scheduled: number
  completed: number
  stopped: number
}

type Counted = Pick<Service, 'state' | 'health' | 'type'>

export function countServices(services: Iterable<Counted>): ServiceCounts {
  const counts = { total: 0, attention: 0, running: 0, changing: 0, scheduled: 0, completed: 0, stopped: 0 }
  for (const service of services) {
    counts.total++
    counts[kindOf(service)]++
  }
  return counts
}

/** Each service counts once: what needs attention is not also counted as running. */
function kindOf(service: Counted): Exclude<keyof ServiceCounts, 'total'> {
  if (needsAttention(service)) return 'attention'
  switch (service.state) {
    case 'running':
    case 'completed':
    case 'stopped':
      return service.state
    case 'waiting':
      return service.type === 'cron' ? 'scheduled' : 'changing'
    default:
      return 'changing'
  }
}

/**
 * The state of all services in one sentence, as the Overview, the tray and `hxe status` begin:
 * "All 12 services are running", "2 of 12 need attention", "Nothing is running", "No services yet".
 */
export function summarise(services: Iterable<Counted>): string {
  const counts = countServices(services)
  const { total, attention, running } = counts
  if (total === 0) return 'No services yet'
  if (attention > 0) return `${attention} of ${total} ${attention === 1 ? 'needs' : 'need'} attention`
  if (running === total) return total === 1 ? 'The one service is running' : `All ${total} services are running`
  const rest = words(counts, ['changing', 'scheduled'])
  if (running === 0) return rest === '' ? 'Nothing is running' : `Nothing is running, ${rest}`
  const others = words(counts, ['changing', 'scheduled', 'completed', 'stopped'])
  return `${running} of ${total} services ${running === 1 ? 'is' : 'are'} running, ${others}`
}

/** The figures beside a sentence that says how many need attention: "22 running, 3 scheduled, 2 changing, 1 stopped". */
export function summariseCounts(services: Iterable<Counted>): string {
  return words(countServices(services), ['running', 'scheduled', 'changing', 'completed', 'stopped'])
}

function words(counts: ServiceCounts, kinds: readonly (keyof ServiceCounts)[]): string {
  return kinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind}`)
    .join(', ')
}

/** `3 alerts, 1 critical`: those that fire and are not kept quiet. */
export function alertsInWords({ firing, critical }: Pick<AlertsSummary, 'firing' | 'critical'>): string {
  const all = `${firing} alert${firing === 1 ? '' : 's'}`
  if (critical === 0) return all
  return firing === critical ? `${firing} critical alert${firing === 1 ? '' : 's'}` : `${all}, ${critical} critical`
}

/** The page of an alert. */
export const alertPath = (id: string): string => `/alerts?alert=${encodeURIComponent(id)}`
