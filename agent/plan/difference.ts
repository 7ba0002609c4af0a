import type { Configuration, Origin } from '../config/index.ts'

/** The longest value that a difference shows, in characters. */
const maxShown = 60

/** What was written about a service before and is now, a line for each value: `nice: 5 → 6`. Secrets are never shown. */
export function differencesOf(before: Configuration, after: Configuration, service: string): string[] {
  const old = valuesOf(before, service)
  const now = valuesOf(after, service)
  const lines: string[] = []
  for (const [path, origin] of now) {
    const earlier = old.get(path)
    if (!earlier) lines.push(`${path} = ${shown(origin)}`)
    else if (JSON.stringify(earlier.value) !== JSON.stringify(origin.value))
      lines.push(`${path}: ${shown(earlier)} → ${shown(origin)}`)
  }
  for (const path of old.keys()) if (!now.has(path)) lines.push(`${path} is gone`)
  const marks = before.services.get(service)?.fileMarks
  for (const [path, mark] of after.services.get(service)?.fileMarks ?? [])
    if (marks?.has(path) && marks.get(path) !== mark) lines.push(`${path} says something else`)
  return lines
}

const grouped = new WeakMap<Configuration, Map<string, Origin[]>>()

/** The origins of every service, put together once for a configuration: a plan asks for those of hundreds. */
function originsOf(configuration: Configuration, service: string): readonly Origin[] {
  let groups = grouped.get(configuration)
  if (groups === undefined) {
    groups = new Map()
    for (const origin of configuration.origins) {
      const { service: name = '' } = origin
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [origin])
      else group.push(origin)
    }
    grouped.set(configuration, groups)
  }
  return groups.get(service) ?? []
}

function valuesOf(configuration: Configuration, service: string): Map<string, Origin> {
  const prefix = `services.${service}.`
  return new Map(originsOf(configuration, service).map((origin) => [origin.path.slice(prefix.length), origin]))
}

function shown({ value, secret }: Origin): string {
  if (secret) return '••••••'
  const text = JSON.stringify(value) ?? 'null'
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text
}
