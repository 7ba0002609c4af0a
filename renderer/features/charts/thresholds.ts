import type { AlertOn, AlertRule, Service } from '../../../contract/index.ts'
import type { Threshold } from './plot.ts'

const factors: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
}

/** A size as HCL has it, `512Mi`, `260MB` or a number of bytes; undefined for anything else. */
export function readSize(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmgt]i?)?b?)\s*$/i.exec(String(value))
  return match ? Number(match[1]) * (factors[(match[2] ?? '').toLowerCase()] ?? 1) : undefined
}

interface About {
  on: AlertOn
  metric: string
  /** Whom the plot is about; absent for the machine, or for many services. */
  service?: Service | undefined
}

/** The thresholds that rules set for a metric; a rule that compares something else with it has none. */
export function thresholdsOf(rules: readonly AlertRule[], about: About): Threshold[] {
  const found = rules.flatMap((rule) => {
    if (!rule.enabled || rule.on !== about.on || !isFor(rule, about.service)) return []
    const value = comparedWith(rule.when, about.metric)
    return value === undefined ? [] : [{ value, severity: rule.severity, label: rule.name }]
  })
  return found.filter(
    ({ value, label }, index) => found.findIndex((each) => each.value === value && each.label === label) === index,
  )
}

/** `memory_bytes > 260MB`, also of a mean: `avg(memory_bytes, 5m) > 260MB`. */
function comparedWith(when: string, metric: string): number | undefined {
  const name = metric.replace(/[^\w]/g, '\\$&')
  const own = String.raw`${name}(?:\{[^}]*\})?`
  const plain = String.raw`(?<![\w(])${own}`
  const mean = String.raw`(?<!\w)(?:avg|min|max|p95)\(\s*${own}\s*,[^)]*\)`
  // What is reckoned from something else, as `2 * avg(1h)`, is no line.
  const amount = String.raw`(\d[\d.]*[a-zA-Z]*)(?![\w.]|\s*[*/+-])`
  const match = new RegExp(String.raw`(?:${plain}|${mean})\s*[<>]=?\s*${amount}`).exec(when)
  return match ? readSize(match[1]) : undefined
}

function isFor({ match }: AlertRule, service: Service | undefined): boolean {
  const wanted = Object.entries(match)
  if (service === undefined) return wanted.length === 0
  return wanted.every(([attribute, value]) => {
    const own = attributesOf(service)[attribute] ?? []
    return [value].flat().some((each) => own.includes(each))
  })
}

const attributesOf = ({
  name,
  service,
  tags,
  groups,
  app,
  type,
}: Service): Readonly<Record<string, readonly string[]>> => ({
  name: [name, service],
  service: [name, service],
  tags,
  tag: tags,
  groups,
  group: groups,
  app: app === null ? [] : [app],
  type: [type],
})
