import { eventKinds, messageOf } from '../../../contract/index.ts'
import {
  agentStates,
  builtInRules,
  ConditionError,
  checkNames,
  functionNames,
  matchKeys,
  type Node,
  parseCondition,
  readMatch,
  ruleMetrics,
  usesOf,
} from '../../alerts/rules/index.ts'
import type { Configuration } from '../model.ts'
import { didYouMean, type Place, type Problems } from '../problems.ts'
import type { BlockSettings, Setting } from '../settings/read.ts'
import type { Item } from '../values/decode.ts'
import { shorten } from '../values/names.ts'

/** Rules that can be evaluated, and names in them that are there. */
export function checkAlerts(root: BlockSettings, configuration: Configuration, problems: Problems): void {
  const alerts = root.blocks.get('alert') ?? []
  const isScraped = (root.blocks.get('service') ?? []).some((service) => service.blocks.has('metrics'))
  for (const alert of alerts) {
    checkWhen(alert, isScraped, problems)
    checkMatch(alert, problems)
  }
  const policies = root.blocks.get('notify_policy') ?? []
  const routes = policies.flatMap((policy) => policy.blocks.get('route') ?? [])
  if (root.complete) checkNotify([...alerts, ...policies, ...routes], namesOf(root, configuration), problems)
  for (const block of [...routes, ...(root.blocks.get('maintenance') ?? [])]) checkLabels(block, 'match', problems)
  for (const inhibit of root.blocks.get('inhibit') ?? []) {
    checkLabels(inhibit, 'source', problems)
    checkLabels(inhibit, 'target', problems)
  }
}

function checkWhen(alert: BlockSettings, isScraped: boolean, problems: Problems): void {
  const setting = alert.attributes.get('when')
  const builtIn = builtInRules.find(({ name }) => name === alert.label)
  if (setting === undefined) {
    if (alert.complete && builtIn === undefined)
      problems.error(alert.place, {
        code: 'missing-attribute',
        message: `alert "${alert.label}" has no when.`,
        expected: 'when = …: the condition, such as "memory_percent > 80"',
        ...didYouMean(
          alert.label ?? '',
          builtInRules.map(({ name }) => name),
        ),
      })
    return
  }
  if (typeof setting.value !== 'string') return
  const on = alert.attributes.get('on')?.value
  const subject = typeof on === 'string' ? on : (builtIn?.on ?? 'service')
  try {
    const node = parseCondition(setting.value)
    checkKnown(node, subject, isScraped, (span) => placeIn(setting, span), problems)
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error
    tell(error, placeIn(setting, error.span), [...ruleMetrics(subject), ...functionNames], problems)
  }
}

/** A service's own endpoint may tell of anything: what is not known there is only remarked on. */
function checkKnown(
  node: Node,
  on: string,
  isScraped: boolean,
  placeOf: (span: { start: number; end: number }) => Place,
  problems: Problems,
): void {
  const own = ruleMetrics(on)
  const scraped = isScraped && on === 'service' ? usesOf(node).metrics.map(({ metric }) => metric) : []
  const words = on === 'fleet' ? { state: agentStates } : {}
  checkNames(node, { metrics: new Set([...own, ...scraped]), events: eventKinds, words })
  for (const metric of usesOf(node).metrics) {
    if (own.has(metric.metric)) continue
    problems.warning(placeOf(metric), {
      code: 'unknown-metric',
      message: `The agent measures no "${shorten(metric.metric)}": it counts only where a service tells of it.`,
      ...didYouMean(metric.metric, own),
    })
  }
}

function tell(error: ConditionError, place: Place, names: readonly string[], problems: Problems): void {
  problems.error(place, {
    code: 'wrong-condition',
    message: error.message,
    ...(error.expected === undefined ? {} : { expected: error.expected }),
    ...(error.unknown === undefined ? {} : didYouMean(error.unknown, [...names, ...eventKinds])),
  })
}

/** The stretch of the file that a part of a text stands at; the whole text where it is more than a text in quotes. */
function placeIn(setting: Setting, { start, end }: { start: number; end: number }): Place {
  const { place } = setting
  const written = place.source.text.slice(place.start, place.end)
  if (!written.startsWith('"') || written.length < 2 || /[$%]\{/.test(written)) return place
  const offsets: number[] = []
  for (let at = 1; at < written.length - 1; at += 1) {
    offsets.push(place.start + at)
    if (written[at] === '\\') at += written[at + 1] === 'u' ? 5 : 1
  }
  const close = place.start + written.length - 1
  const from = offsets[start] ?? close
  return { source: place.source, start: from, end: Math.max(offsets[end] ?? close, from + 1) }
}

function checkMatch(alert: BlockSettings, problems: Problems): void {
  const value = alert.attributes.get('match')?.value
  if (!(value instanceof Map)) return
  for (const [name, { key }] of value) {
    if ((matchKeys as readonly string[]).includes(name)) continue
    problems.error(key, {
      code: 'unknown-value',
      message: `Services are not chosen by "${shorten(name)}".`,
      expected: `one of ${matchKeys.join(', ')}`,
      ...didYouMean(name, matchKeys),
    })
  }
}

const namesOf = (root: BlockSettings, { notifications }: Configuration): Set<string> =>
  new Set([
    'desktop',
    ...notifications.keys(),
    ...(root.blocks.get('notification') ?? []).flatMap(({ label }) => label ?? []),
  ])

function checkNotify(blocks: readonly BlockSettings[], names: ReadonlySet<string>, problems: Problems): void {
  for (const block of blocks) {
    const value = block.attributes.get('notify')?.value
    const items: readonly Item[] = Array.isArray(value) ? value : []
    for (const { value: name, place } of items) {
      if (typeof name !== 'string' || names.has(name)) continue
      problems.error(place, {
        code: 'unknown-notification',
        message: `There is no notification "${shorten(name)}".`,
        expected: `one of ${[...names].slice(0, 8).join(', ')}, or a notification block of this name`,
        ...didYouMean(name, names),
      })
    }
  }
}

function checkLabels(block: BlockSettings, name: string, problems: Problems): void {
  const value = block.attributes.get(name)?.value
  if (!(value instanceof Map)) return
  for (const [label, item] of value) {
    if (typeof item.value !== 'string') continue
    try {
      readMatch({ [label]: item.value })
    } catch (error) {
      const message = messageOf(error)
      problems.error(item.place, { code: 'wrong-format', message, expected: 'a value, or =~ and a regular expression' })
    }
  }
}
