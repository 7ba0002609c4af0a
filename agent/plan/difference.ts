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
  const marks = before.services.get(service)?.envFileMarks
  for (const [path, mark] of after.services.get(service)?.envFileMarks ?? [])
    if (marks?.has(path) && marks.get(path) !== mark) lines.push(`${path} says something else`)
  return lines
}

function valuesOf({ origins }: Configuration, service: string): Map<string, Origin> {
  const prefix = `services.${service}.`
  return new Map(
    origins.filter((origin) => origin.service === service).map((origin) => [origin.path.slice(prefix.length), origin]),
  )
}

function shown({ value, secret }: Origin): string {
  if (secret) return '••••••'
  const text = JSON.stringify(value) ?? 'null'
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text
}
