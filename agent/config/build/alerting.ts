import type {
  AlertingSpec,
  AlertSpec,
  GroupingSpec,
  InhibitSpec,
  MaintenanceSpec,
  NotifyPolicySpec,
  RouteSpec,
} from '../model.ts'
import type { Problems } from '../problems.ts'
import type { Fields } from '../settings/fields.ts'
import type { Item } from '../values/decode.ts'

/** Rules, and who is told when and how; what is wrong with the times of a maintenance window is told here. */
export function readAlerting(root: Fields, problems: Problems): AlertingSpec {
  const rules = root.all('alert').map(readRule)
  return {
    rules: new Map(rules.map((rule) => [rule.name, rule])),
    policy: readPolicy(root.inner('notify_policy')),
    inhibit: root.all('inhibit').map(readInhibit),
    maintenance: root.all('maintenance').flatMap((fields) => readMaintenance(fields, problems) ?? []),
  }
}

function rangeOf({ block }: Fields) {
  if (block === undefined) throw new Error('Only a block that stands somewhere has a place.')
  return block.place.source.range(block.place)
}

/** What is not written stays open: a built-in rule of that name may say it. */
function readRule(fields: Fields): AlertSpec {
  const on = fields.has('on') ? (fields.text('on') as NonNullable<AlertSpec['on']>) : undefined
  const severity = fields.has('severity') ? (fields.text('severity') as NonNullable<AlertSpec['severity']>) : undefined
  const when = fields.optionalText('when')
  const runbook = fields.optionalText('runbook')
  const keepFiringForMs = fields.optionalNumber('keep_firing_for')
  return {
    name: fields.block?.label ?? '',
    range: rangeOf(fields),
    ...(fields.has('enabled') ? { enabled: fields.bool('enabled') } : {}),
    ...(on === undefined ? {} : { on }),
    ...(fields.has('match') ? { match: readMatch(fields) } : {}),
    ...(when === undefined ? {} : { when }),
    ...(fields.has('for') ? { forMs: fields.number('for') } : {}),
    ...(keepFiringForMs === undefined ? {} : { keepFiringForMs }),
    ...(severity === undefined ? {} : { severity }),
    ...(fields.has('labels') ? { labels: fields.textMap('labels') } : {}),
    ...(fields.has('notify') ? { notify: fields.texts('notify') } : {}),
    ...(runbook === undefined ? {} : { runbook }),
  }
}

function readMatch(fields: Fields): Record<string, string[]> {
  const match: Record<string, string[]> = Object.create(null)
  for (const [name, { value }] of fields.entries('match')) {
    const items: readonly Pick<Item, 'value'>[] = Array.isArray(value) ? value : [{ value }]
    match[name] = items.flatMap((item) => (typeof item.value === 'object' ? [] : [String(item.value)]))
  }
  return match
}

const defaultGroupBy = ['service']

function readPolicy(fields: Fields): NotifyPolicySpec {
  return {
    notify: fields.texts('notify'),
    groupBy: fields.has('group_by') ? fields.texts('group_by') : defaultGroupBy,
    groupWaitMs: fields.number('group_wait'),
    groupIntervalMs: fields.number('group_interval'),
    repeatIntervalMs: fields.number('repeat_interval'),
    routes: fields.all('route').map(readRoute),
  }
}

function readRoute(fields: Fields): RouteSpec {
  const grouping: Partial<GroupingSpec> = {}
  if (fields.has('group_by')) grouping.groupBy = fields.texts('group_by')
  if (fields.has('group_wait')) grouping.groupWaitMs = fields.number('group_wait')
  if (fields.has('group_interval')) grouping.groupIntervalMs = fields.number('group_interval')
  if (fields.has('repeat_interval')) grouping.repeatIntervalMs = fields.number('repeat_interval')
  return {
    match: fields.textMap('match'),
    notify: fields.texts('notify'),
    continue: fields.bool('continue'),
    ...grouping,
  }
}

const readInhibit = (fields: Fields): InhibitSpec => ({
  source: fields.textMap('source'),
  target: fields.textMap('target'),
  equal: fields.texts('equal'),
})

function readMaintenance(fields: Fields, problems: Problems): MaintenanceSpec | undefined {
  const { block } = fields
  if (block === undefined) return undefined
  const head = { name: block.label ?? '', range: rangeOf(fields), match: fields.textMap('match') }
  const schedule = fields.optionalText('schedule')
  const durationMs = fields.optionalNumber('duration')
  if (schedule !== undefined && durationMs !== undefined) {
    const timezone = fields.optionalText('timezone')
    return { ...head, when: { schedule, durationMs, ...(timezone === undefined ? {} : { timezone }) } }
  }
  const startsMs = timeOf(fields, 'starts', problems)
  const endsMs = timeOf(fields, 'ends', problems)
  if (startsMs === undefined || endsMs === undefined) {
    if (block.complete && !(fields.has('starts') && fields.has('ends')))
      problems.error(block.place, {
        code: 'missing-attribute',
        message: `maintenance "${head.name}" does not say when it is.`,
        expected: 'schedule and duration, or starts and ends',
      })
    return undefined
  }
  if (endsMs > startsMs) return { ...head, when: { startsMs, endsMs } }
  problems.error(fields.setting('ends')?.place ?? block.place, {
    code: 'out-of-range',
    message: `maintenance "${head.name}" ends before it begins.`,
    expected: 'a time after starts',
  })
  return undefined
}

function timeOf(fields: Fields, name: string, problems: Problems): number | undefined {
  const text = fields.optionalText(name)
  if (text === undefined) return undefined
  const atMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(atMs)) return atMs
  const place = fields.setting(name)?.place
  if (place)
    problems.error(place, {
      code: 'wrong-format',
      message: `${name} is no time: "${text.slice(0, 60)}".`,
      expected: 'a time such as "2026-01-31T03:00:00Z"',
    })
  return undefined
}
