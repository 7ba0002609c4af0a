import type { Service } from '../../../contract/index.ts'
import { rankOf } from '../../parts/index.ts'
import type { Usage } from '../../store/index.ts'

export interface AppRow {
  /** null: services that belong to no app. */
  app: string | null
  /** Worst first. */
  services: readonly Service[]
  cpuPercent: number | null
  memoryBytes: number | null
}

const sum = (values: readonly (number | null | undefined)[]): number | null => {
  const known = values.filter((value): value is number => typeof value === 'number')
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
}

/** Services by app, in the order of the files, those without one last. */
export function groupByApp(services: Iterable<Service>, usage: ReadonlyMap<string, Usage>): AppRow[] {
  const groups = new Map<string | null, Service[]>()
  for (const service of services) {
    const group = groups.get(service.app)
    if (group) group.push(service)
    else groups.set(service.app, [service])
  }
  const rows = [...groups].map(([app, members]) => ({
    app,
    services: members.toSorted((a, b) => rankOf(a) - rankOf(b)),
    cpuPercent: sum(members.map(({ name }) => usage.get(name)?.cpuPercent)),
    memoryBytes: sum(members.map(({ name }) => usage.get(name)?.memoryBytes)),
  }))
  return rows.toSorted((a, b) => Number(a.app === null) - Number(b.app === null))
}

/** The services that take most of the machine now. */
export function busiest(services: Iterable<Service>, usage: ReadonlyMap<string, Usage>, count: number): Service[] {
  const cpuOf = ({ name }: Service): number => usage.get(name)?.cpuPercent ?? -1
  const memoryOf = ({ name }: Service): number => usage.get(name)?.memoryBytes ?? -1
  // Tenths of a percent come and go; what differs by less is in the order of its memory.
  const order = (a: Service, b: Service): number =>
    Math.round(cpuOf(b)) - Math.round(cpuOf(a)) || memoryOf(b) - memoryOf(a)
  return [...services].toSorted(order).slice(0, count)
}

/** Cron jobs with their next runs, soonest first. */
export function comingUp(services: Iterable<Service>, count: number): (Service & { nextStartAt: string })[] {
  return [...services]
    .filter(
      (service): service is Service & { nextStartAt: string } =>
        service.type === 'cron' && service.nextStartAt !== null,
    )
    .toSorted((a, b) => Date.parse(a.nextStartAt) - Date.parse(b.nextStartAt))
    .slice(0, count)
}
