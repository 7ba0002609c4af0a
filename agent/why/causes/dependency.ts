import type { DependencyCondition } from '../../config/index.ts'
import { type Cause, type Context, cause, type Finding, type Fix, type Link } from '../cause.ts'
import type { ServiceFacts } from '../facts.ts'
import { openFile, openService, showLogs, start } from '../fixes.ts'
import { at, clean, list, lower, place } from '../words.ts'

/** Farther than any real graph goes; what lies beyond is said to be there. */
const mostHops = 16
/** Hops that a sentence names one by one. */
const namedHops = 4

interface Hop {
  service: string
  condition: DependencyCondition
  /** Absent for a name that nobody knows. */
  facts: ServiceFacts | undefined
}

interface Path {
  hops: readonly [Hop, ...Hop[]]
  /** How the walk ended. */
  end: 'root' | 'cycle' | 'too-far'
  /** What else the service itself waits for. */
  others: readonly string[]
}

/** Which of several unmet dependencies is told of: the one that is least likely to come by itself. */
const severity: readonly ServiceFacts['state'][] = [
  'failed',
  'backoff',
  'stopped',
  'completed',
  'waiting',
  'stopping',
  'starting',
  'running',
]

function worstFirst(facts: ServiceFacts, factsOf: Context['factsOf']): Hop[] {
  const rank = (hop: Hop): number => (hop.facts ? severity.indexOf(hop.facts.state) : -1)
  return facts.waitingFor
    .slice(0, 1000)
    .map(({ service, condition }) => ({ service, condition, facts: factsOf(service) }))
    .sort((a, b) => rank(a) - rank(b))
}

/** From a waiting service to what it comes from, each service once. */
function walk(facts: ServiceFacts, factsOf: Context['factsOf']): Path | undefined {
  const [first, ...rest] = worstFirst(facts, factsOf)
  if (!first) return undefined
  const hops: [Hop, ...Hop[]] = [first]
  const seen = new Set([facts.name, first.service])
  const others = rest.map(({ service }) => service)
  let last = first
  while (last.facts && isWaiting(last.facts)) {
    const [next] = worstFirst(last.facts, factsOf)
    if (!next) break
    if (hops.length >= mostHops) return { hops, end: 'too-far', others }
    hops.push(next)
    if (seen.has(next.service)) return { hops, end: 'cycle', others }
    seen.add(next.service)
    last = next
  }
  return { hops, end: 'root', others }
}

/** Not running for want of something else, and not for a fault of its own. */
function isWaiting(facts: ServiceFacts): boolean {
  if (facts.waitingFor.length === 0) return false
  if (facts.state === 'waiting' || facts.state === 'stopped') return facts.disabledBy === undefined
  return (
    facts.state === 'failed' &&
    (facts.reasonCode.startsWith('dependency') || (!facts.exit && !facts.startError && !facts.hook))
  )
}

/** What keeps a dependency from being met: `failed: exited with code 2 after 0.1 s`. */
function condition({ facts, condition: wanted }: Hop, causeOf: Context['causeOf']): string {
  if (!facts) return 'is not in the configuration'
  if (facts.disabledBy === 'file') return `is disabled (${place(facts.enabledRange ?? facts.range)})`
  if (facts.disabledBy === 'person') return 'is disabled'
  switch (facts.state) {
    case 'failed':
      return withCause('failed', causeOf(facts))
    case 'backoff':
      return withCause('keeps failing', causeOf(facts))
    case 'stopped':
      return withCause(facts.desired === 'down' ? 'is stopped' : 'is not started yet', undefined)
    case 'completed':
      return wanted === 'completed' ? 'has just completed' : 'has ended'
    case 'starting':
      return 'is starting'
    case 'stopping':
      return 'is being stopped'
    case 'waiting':
      return facts.type === 'cron' ? 'waits for its next run' : 'waits as well'
    case 'running':
      if (wanted === 'completed') return 'still runs'
      return wanted === 'healthy' ? 'runs but is not healthy yet' : 'has just come up'
  }
}

function withCause(state: string, finding: Finding | undefined): string {
  return finding ? `${state}: ${lower(finding.sentence)}` : state
}

function sentenceOf({ hops, end, others }: Path, causeOf: Context['causeOf']): string {
  const last = hops[hops.length - 1] ?? hops[0]
  const names = hops.map(({ service }) => clean(service, 64))
  const named = names.length > namedHops + 1 ? names.slice(0, namedHops - 1) : names.slice(0, -1)
  const left = names.length - 1 - named.length
  const lead = named.map((name, index) => `${index === 0 ? 'waits for' : 'which waits for'} ${name}`)
  const prefix =
    named.length === 0 ? 'waits for' : left > 0 ? `which waits, ${left} services further on, for` : 'which waits for'
  const ends = {
    root: `, which ${condition(last, causeOf)}`,
    cycle: ' again: a cycle that none of them can leave',
    'too-far': ', which waits for others in turn',
  }[end]
  const also = others.length > 0 ? `; also waits for ${list(others.map((name) => clean(name, 64)))}` : ''
  return `W${[...lead, `${prefix} ${names.at(-1)}`].join(', ').slice(1)}${ends}${also}`
}

function chainOf(path: Path, { facts, causeOf }: Context): Link[] {
  const { hops, end } = path
  const root = hops[hops.length - 1] ?? hops[0]
  const rootName = clean(root.service, 64)
  const cause = end === 'root' && root.facts && !isWaiting(root.facts) ? causeOf(root.facts) : undefined
  // The root's own links come first: they are the cause. Its state closes them.
  const links: Link[] = cause ? cause.chain.slice(0, 8) : []
  if (end !== 'cycle') {
    const state = end === 'too-far' ? 'waits for others in turn' : conditionAlone(root)
    links.push({ subject: rootName, fact: state, ...at(root.facts?.sinceMs) })
  }
  for (let index = hops.length - 2; index >= 0; index--) {
    const hop = hops[index]
    const next = hops[index + 1]
    if (hop && next) links.push(waitLink(hop.service, next, hop.facts))
  }
  links.push(waitLink(facts.name, hops[0], facts))
  return links
}

const conditionAlone = (hop: Hop): string => condition(hop, () => undefined)

const goals: Record<DependencyCondition, string> = {
  started: 'to run',
  healthy: 'to be healthy',
  completed: 'to complete',
}

function waitLink(subject: string, { service, condition: wanted }: Hop, facts: ServiceFacts | undefined): Link {
  return {
    subject: clean(subject, 64),
    fact: `waits for ${clean(service, 64)} ${goals[wanted]}`,
    ...at(facts?.sinceMs),
  }
}

function fixesOf({ hops, end }: Path, { facts, causeOf }: Context): Fix[] {
  const root = hops[hops.length - 1] ?? hops[0]
  if (!root.facts || end !== 'root') {
    const hop = end === 'root' ? undefined : hops[0]
    return [openFile(facts.range), ...(hop ? [openService(hop.service)] : [])]
  }
  const name = root.service
  const open = [openService(name), showLogs(name, `Show logs of ${clean(name, 64)}`)]
  if (root.facts.disabledBy === 'person') {
    return [{ label: `Enable ${clean(name, 64)}`, action: { kind: 'service', verb: 'enable', service: name } }, ...open]
  }
  if (root.facts.disabledBy === 'file') return [openFile(root.facts.enabledRange ?? root.facts.range), ...open]
  const ofCause = causeOf(root.facts)?.fixes ?? []
  // What the cause itself offers, less what would read as if it were about the service that waits.
  const special = ofCause.filter(({ action }) => action.kind !== 'service' && action.kind !== 'open-logs')
  const mayStart = ['failed', 'backoff', 'stopped', 'completed'].includes(root.facts.state)
  return [
    ...special.filter(isStrong),
    ...(mayStart ? [start(name)] : []),
    ...open,
    ...special.filter((fix) => !isStrong(fix)),
  ]
}

const isStrong = ({ action }: Fix): boolean => action.kind === 'end-process' || action.kind === 'set-attribute'

export const dependencyCauses: readonly Cause[] = [
  cause<Path>({
    id: 'dependency',
    when: ({ facts, factsOf }) => (isWaiting(facts) ? walk(facts, factsOf) : undefined),
    sentence: (path, { causeOf }) => sentenceOf(path, causeOf),
    chain: chainOf,
    fixes: fixesOf,
  }),
]
