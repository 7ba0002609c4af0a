import { isMatch } from '../../contract/alertmatch.ts'
import { formatDuration } from '../../contract/format.ts'
import type { AlertRule, Service, ServiceHealth } from '../../contract/index.ts'
import { safeLine } from './safe.ts'
import { drawTable } from './table.ts'
import type { Paint, Terminal } from './terminal.ts'

/** The rules that are for a service; the files alone know its namespace. */
export const rulesFor = (rules: readonly AlertRule[], service: Service, namespace?: string): AlertRule[] =>
  rules.filter(({ on, match }) => on === 'service' && isMatch(match, { ...service, namespace }))

export function drawChecks(checks: ServiceHealth['items'], { columns, paint }: Terminal): Promise<string[]> {
  return drawTable(
    checks,
    [
      { title: 'CHECK', cell: ({ name }) => safeLine(name), least: 5 },
      { title: 'STATE', cell: ({ state }) => ({ text: state, paint: toneOf(state, paint) }) },
      { title: 'PURPOSE', cell: ({ purpose }) => purpose, dropOrder: 2 },
      { title: 'EVERY', cell: ({ intervalMs }) => formatDuration(intervalMs), align: 'right', dropOrder: 3 },
      { title: 'TRIES', cell: ({ target }) => safeLine(target), shrinkTo: 16, dropOrder: 0 },
      { title: 'LAST ANSWER', cell: ({ results: [last] }) => safeLine(last?.text ?? ''), shrinkTo: 16 },
    ],
    { columns, head: paint.dim },
  )
}

export function drawRules(rules: readonly AlertRule[], { columns, paint }: Terminal): Promise<string[]> {
  return drawTable(
    rules,
    [
      { title: 'ALERT', cell: ({ name }) => safeLine(name), least: 8 },
      { title: 'SEVERITY', cell: ({ severity }) => severity, dropOrder: 1 },
      { title: 'WHEN', cell: ({ when }) => safeLine(when), shrinkTo: 20 },
      { title: 'FOR', cell: ({ for: during }) => during, align: 'right', dropOrder: 2 },
      { title: 'FROM', cell: placeOf, dropOrder: 0 },
    ],
    { columns, head: paint.dim },
  )
}

const toneOf = (state: string, paint: Paint): ((text: string) => string) =>
  state === 'failing' ? paint.red : state === 'passing' ? paint.green : paint.dim

function placeOf({ enabled, file, line }: AlertRule): string {
  if (!enabled) return 'switched off'
  return file === undefined ? 'built in' : safeLine(`${file}:${line}`)
}
