import type { AgentEvent, MetricQuery, RuleDraft, RuleTrial, Series } from '../../contract/index.ts'
import { eventKinds } from '../../contract/index.ts'
import { CoreError } from '../core.ts'
import { parseTime } from '../time.ts'
import { isFor, type Rule, ruleOfDraft } from './rule.ts'
import { agentStates, ConditionError, checkNames, ruleMetrics } from './rules/index.ts'
import type { ServiceFacts } from './subjects.ts'
import { subjectText } from './text.ts'
import { type TurnOf, Watch } from './watch.ts'

export interface TrialDeps {
  query: (query: MetricQuery) => Promise<Series[]>
  events: (query: { sinceMs: number; untilMs: number; limit: number }) => Promise<AgentEvent[]>
  services: () => readonly ServiceFacts[]
  hostName: () => string
  nowMs: () => number
}

/** Services that a rule is tried on, and moments at which it is asked. */
const mostSubjects = 200
const mostPoints = 2_000
const mostEvents = 20_000
const mostEpisodes = 200

/** What a rule would have done over what is kept, by the evaluator that runs live. */
export async function tryRule(
  deps: TrialDeps,
  { rule: draft, from, to }: { rule: RuleDraft; from: string; to?: string },
): Promise<RuleTrial> {
  const nowMs = deps.nowMs()
  const fromMs = timeOf('from', from, nowMs)
  const toMs = to === undefined ? nowMs : timeOf('to', to, nowMs)
  if (fromMs >= toMs) throw badInput('from', 'The time that it begins at is not before the one that it ends at.')
  const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }
  const empty = { ...span, count: 0, episodes: [], subjects: [], metric: null, unit: null, threshold: null }
  let rule: Rule
  try {
    rule = checked(draft, deps)
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error
    const expected = error.expected === undefined ? '' : ` Expected ${error.expected}.`
    const column = [...draft.when.slice(0, error.span.start)].length + 1
    return { valid: false, problem: { message: `${error.message}${expected}`, column }, ...empty }
  }
  const chosen = rule.on === 'service' ? deps.services().filter((facts) => isFor(rule, facts)) : []
  const facts = chosen.slice(0, mostSubjects)
  const series = await seriesOf(deps, rule, facts, span)
  const events = await deps.events({ sinceMs: fromMs, untilMs: toMs, limit: mostEvents })
  const turns = replay(rule, { facts, series, events, fromMs, toMs, hostName: deps.hostName() })
  return {
    valid: true,
    problem: null,
    ...span,
    ...episodesOf(turns),
    subjects: rule.on === 'service' ? facts.map(({ name }) => name) : [deps.hostName()],
    metric: rule.metric,
    unit: rule.unit,
    threshold: turns.find(({ reading }) => reading.threshold !== null)?.reading.threshold ?? thresholdOf(rule),
    ...noteOf(rule, chosen.length, series, fromMs),
  }
}

function checked(draft: RuleDraft, deps: TrialDeps): Rule {
  const rule = ruleOfDraft(draft)
  const { node } = rule
  // What services tell of themselves is known by what is kept of it; a name that nobody has gives no series.
  const isScraped = rule.on === 'service' && deps.services().length > 0
  const metrics = isScraped
    ? [...ruleMetrics(rule.on), ...rule.uses.metrics.map(({ metric }) => metric)]
    : ruleMetrics(rule.on)
  checkNames(node, {
    metrics: new Set(metrics),
    events: eventKinds,
    words: rule.on === 'fleet' ? { state: agentStates } : {},
  })
  return rule
}

const badInput = (path: string, message: string): CoreError =>
  new CoreError('BAD_INPUT', message, { errors: [{ path, message }] })

function timeOf(path: string, text: string, nowMs: number): number {
  const atMs = parseTime(text, nowMs)
  if (atMs === undefined)
    throw badInput(path, `"${text}" is no time: write 2026-05-30T14:00:00Z, or how long ago, as 1h.`)
  return atMs
}

async function seriesOf(
  deps: TrialDeps,
  rule: Rule,
  facts: readonly ServiceFacts[],
  span: { from: string; to: string },
): Promise<Series[]> {
  const names = [...new Set(rule.uses.metrics.map(({ metric }) => metric))].filter(
    (metric) => metric !== 'memory_limit_bytes',
  )
  if (names.length === 0 || rule.on === 'fleet' || (rule.on === 'service' && facts.length === 0)) return []
  const on = rule.on
  try {
    return await deps.query({
      metric: names,
      on,
      ...(on === 'service' ? { service: facts.map(({ name }) => name) } : {}),
      ...span,
      stat: 'mean',
      points: mostPoints,
    })
  } catch (error) {
    if (error instanceof CoreError && error.code === 'BAD_INPUT') {
      const [first] = rule.uses.metrics
      throw new ConditionError(error.message, first ?? { start: 0, end: 0 })
    }
    throw error
  }
}

interface Past {
  facts: readonly ServiceFacts[]
  series: readonly Series[]
  events: readonly AgentEvent[]
  fromMs: number
  toMs: number
  hostName: string
}

/** Lets the rule see what was, moment by moment. */
function replay(rule: Rule, { facts, series, events, fromMs, toMs, hostName }: Past): TurnOf[] {
  const watch = new Watch(() => hostName)
  watch.setRules([{ ...rule, enabled: true }])
  const inOrder = events.toSorted((a, b) => a.seq - b.seq)
  const now = new Map(facts.map((each) => [each.name, startingState(each, inOrder)]))
  for (const each of now.values()) watch.setService(each.name, each)
  const cursors = series.map((one) => ({ one, at: 0, value: undefined as number | undefined, atMs: 0 }))
  const moments = momentsOf(series, inOrder, fromMs, toMs)
  const turns: TurnOf[] = []
  let next = 0
  for (const atMs of moments) {
    for (; next < inOrder.length && Date.parse(inOrder[next]?.time ?? '') <= atMs; next += 1) {
      const event = inOrder[next]
      if (!event) break
      const known = event.service === undefined ? undefined : now.get(event.service)
      if (known) {
        const changed = { ...known, ...stateAfter(event) }
        now.set(known.name, changed)
        watch.setService(known.name, changed)
      }
      watch.noteEvent(event.service, event.kind, Date.parse(event.time))
    }
    const services = new Map<string, Record<string, number>>()
    const whole: Record<'host' | 'agent', Record<string, number>> = { host: {}, agent: {} }
    const labelled = []
    for (const cursor of cursors) {
      const { one } = cursor
      for (let point = one.points[cursor.at]; point && point[0] <= atMs; point = one.points[cursor.at]) {
        cursor.value = point[1] ?? undefined
        cursor.atMs = point[0]
        cursor.at += 1
      }
      const { on, metric, subject, labels } = one
      const isOld = atMs - cursor.atMs > 3 * Math.max(one.stepMs, (toMs - fromMs) / mostPoints)
      if (cursor.value === undefined || isOld) continue
      if (Object.keys(labels).length > 0) labelled.push({ on, subject, metric, labels, value: cursor.value })
      else if (on === 'service')
        services.set(subject, Object.assign(services.get(subject) ?? {}, { [metric]: cursor.value }))
      else whole[on][metric] = cursor.value
    }
    watch.take({ atMs, services, ...whole, labelled }, atMs)
    turns.push(...watch.ask(atMs))
  }
  return turns
}

/** Where something was measured or happened, and often enough between for what only lasts. */
function momentsOf(series: readonly Series[], events: readonly AgentEvent[], fromMs: number, toMs: number): number[] {
  const stepMs = Math.max((toMs - fromMs) / mostPoints, 1_000)
  const moments = new Set<number>()
  for (const { points } of series) for (const [atMs] of points) moments.add(Math.floor(atMs / stepMs) * stepMs + stepMs)
  for (const { time } of events) moments.add(Math.floor(Date.parse(time) / 1_000) * 1_000 + 1_000)
  for (let atMs = fromMs; atMs <= toMs; atMs += stepMs) moments.add(Math.floor(atMs / stepMs) * stepMs + stepMs)
  return [...moments].filter((atMs) => atMs >= fromMs && atMs <= toMs + stepMs).sort((a, b) => a - b)
}

const stateOfKind: Readonly<Record<string, Partial<ServiceFacts>>> = {
  'service.starting': { state: 'starting', desired: 'up' },
  'service.started': { state: 'running', desired: 'up' },
  'service.adopted': { state: 'running', desired: 'up' },
  'service.stopping': { state: 'stopping' },
  'service.stopped': { state: 'stopped', desired: 'down' },
  'service.completed': { state: 'completed' },
  'service.backoff': { state: 'backoff' },
  'service.failed': { state: 'failed' },
  'service.waiting': { state: 'waiting' },
  'service.healthy': { health: 'healthy' },
  'service.unhealthy': { health: 'unhealthy' },
}
const stateAfter = ({ kind }: AgentEvent): Partial<ServiceFacts> => stateOfKind[kind] ?? {}

/** Of what nothing is told in the whole time, it was as it is; of all else nobody knows before the first word. */
function startingState(facts: ServiceFacts, events: readonly AgentEvent[]): ServiceFacts {
  const own = events.filter(({ service }) => service === facts.name)
  const says = (field: 'state' | 'health'): boolean => own.some((event) => stateAfter(event)[field] !== undefined)
  return {
    ...facts,
    ...(says('state') ? { state: 'running', desired: 'up' } : {}),
    ...(says('health') ? { health: 'starting' } : {}),
  }
}

function episodesOf(turns: readonly TurnOf[]): Pick<RuleTrial, 'count' | 'episodes'> {
  const open = new Map<string, RuleTrial['episodes'][number]>()
  const episodes: RuleTrial['episodes'] = []
  for (const { turn, subject, episode, reading } of turns) {
    if (turn === 'firing') {
      const found = {
        subject: subjectText(subject),
        startsAt: new Date(episode.sinceMs).toISOString(),
        firedAt: new Date(episode.firedAtMs ?? episode.sinceMs).toISOString(),
        endsAt: null,
        peak: reading.value,
      }
      open.set(subject.key, found)
      episodes.push(found)
    } else if (turn === 'resolved') {
      const found = open.get(subject.key)
      if (found) found.endsAt = new Date(episode.quietSinceMs ?? episode.firedAtMs ?? episode.sinceMs).toISOString()
      open.delete(subject.key)
    }
  }
  return { count: episodes.length, episodes: episodes.slice(0, mostEpisodes) }
}

/** A threshold that is a number as it was written. */
function thresholdOf({ condition }: Rule): number | null {
  const nobody = {
    key: '',
    on: 'service' as const,
    name: '',
    labels: {},
    values: {},
    own: {},
    fields: {},
    find: () => undefined,
  }
  return condition.read(nobody, Watch.nothing, 0).threshold
}

function noteOf(rule: Rule, chosen: number, series: readonly Series[], fromMs: number): { note?: string } {
  const notes: string[] = []
  if (chosen > mostSubjects) notes.push(`Only the first ${mostSubjects} of ${chosen} services were looked at.`)
  if (rule.uses.counted.some(({ counted }) => counted.kind === 'log'))
    notes.push('Lines of the log are not looked through.')
  const firsts = series.flatMap(({ points }) => points.find(([, value]) => value !== null)?.[0] ?? [])
  const firstMs = Math.min(...firsts)
  if (rule.uses.metrics.length > 0 && firsts.length === 0) notes.push('Nothing was kept of this time.')
  else if (firsts.length > 0 && firstMs - fromMs > 600_000)
    notes.push(`Nothing was kept before ${new Date(firstMs).toISOString()}.`)
  return notes.length === 0 ? {} : { note: notes.join(' ') }
}
