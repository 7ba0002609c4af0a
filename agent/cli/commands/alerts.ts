import { formatUptime } from '../../../contract/format.ts'
import type { Alert, Matcher, Silence } from '../../../contract/index.ts'
import type { CommonOptions, Context } from '../context.ts'
import { exitCodes, usageError } from '../exit.ts'
import { localTime } from '../loglines.ts'
import { safeLine } from '../safe.ts'
import { type Column, drawTable } from '../table.ts'
import type { Paint } from '../terminal.ts'

export interface ListOptions extends CommonOptions {
  state?: string
  severity?: string
  since?: string
}

/** `hxe alerts list`: those that are active, worst first. */
export async function list(context: Context, [service]: string[], options: ListOptions): Promise<number> {
  const client = await context.connect()
  const { state, severity, since } = options
  const { items } = await client.get<{ items: Alert[] }>('/alerts', { service, state, severity, since, limit: 10_000 })
  const { terminal } = context
  if (options.json) terminal.json({ items })
  else if (items.length === 0) terminal.note('No alert is like that: all is quiet.')
  else {
    const columns = columnsOf(terminal.paint, context.nowMs())
    const lines = await drawTable(items, columns, { columns: terminal.columns, head: terminal.paint.dim })
    terminal.write(`${lines.join('\n')}\n`)
  }
  return exitCodes.done
}

function columnsOf(paint: Paint, nowMs: number): Column<Alert>[] {
  const tone = { critical: paint.red, warning: paint.yellow, info: paint.cyan }
  return [
    { title: 'ID', cell: ({ id }) => ({ text: safeLine(id), paint: paint.dim }), least: 6 },
    { title: 'ALERT', cell: ({ name }) => ({ text: safeLine(name), paint: paint.bold }), least: 8 },
    { title: 'SEVERITY', cell: ({ severity }) => ({ text: severity, paint: tone[severity] }), dropOrder: 2 },
    { title: 'STATE', cell: stateOf },
    { title: 'SINCE', cell: ({ startsAt }) => formatUptime(Math.max(0, nowMs - Date.parse(startsAt))), dropOrder: 1 },
    { title: 'WHAT', cell: ({ summary }) => safeLine(summary), shrinkTo: 30, least: 12 },
  ]
}

function stateOf({ state, acknowledged, acknowledgedBy, silenced, cause }: Alert): string {
  if (cause) return `follows from ${safeLine(cause.subject)}`
  if (silenced) return 'silenced'
  return acknowledged ? `seen by ${safeLine(acknowledgedBy?.author ?? 'somebody')}` : state
}

export interface AckOptions extends CommonOptions {
  note?: string
  undo?: true
}

/** `hxe alerts ack ID…`: somebody sees to it, so it is not repeated. */
export async function acknowledge(context: Context, ids: string[], options: AckOptions): Promise<number> {
  const client = await context.connect()
  const items: Alert[] = []
  for (const id of ids) {
    const path = `/alerts/${encodeURIComponent(id)}/ack`
    const alert = options.undo
      ? await client.call<Alert>({ method: 'DELETE', path })
      : await client.post<Alert>(path, { body: options.note === undefined ? {} : { note: options.note } })
    items.push(alert)
    if (!options.json) context.terminal.line(safeLine(`${alert.name}: ${options.undo ? 'no longer ' : ''}acknowledged`))
  }
  if (options.json) context.terminal.json({ items })
  return exitCodes.done
}

export interface SilenceOptions extends CommonOptions {
  for?: string
  reason?: string
  end?: true
}

/** `hxe alerts silence service=web --for 2h --reason …`; without matchers those that there are. */
export async function silence(context: Context, operands: string[], options: SilenceOptions): Promise<number> {
  const client = await context.connect()
  const { terminal } = context
  if (options.end) {
    const items: Silence[] = []
    for (const id of operands)
      items.push(await client.call<Silence>({ method: 'DELETE', path: `/silences/${encodeURIComponent(id)}` }))
    if (options.json) terminal.json({ items })
    else for (const { id } of items) terminal.line(safeLine(`${id}: ended`))
    return exitCodes.done
  }
  if (operands.length === 0) {
    const { items } = await client.get<{ items: Silence[] }>('/silences')
    if (options.json) terminal.json({ items })
    else if (items.length === 0) terminal.note('Nothing is silenced.')
    else for (const each of items) terminal.line(sentenceOf(each))
    return exitCodes.done
  }
  if (!options.for || !options.reason)
    throw usageError('A silence needs an end and a reason.', 'hxe alerts silence service=web --for 2h --reason "…"')
  const made = await client.post<Silence>('/silences', {
    body: { matchers: operands.map(matcherOf), duration: options.for, reason: options.reason },
  })
  if (options.json) terminal.json(made)
  else terminal.line(sentenceOf(made))
  return exitCodes.done
}

const sentenceOf = ({ id, matchers, endsAt, author, reason }: Silence): string =>
  safeLine(
    `${id}  ${matchers.map(({ name, op, value }) => `${name}${op}${value}`).join(' ')}  until ${localTime(endsAt).slice(0, 16)}  by ${author}: ${reason}`,
  )

/** `service=web`, `severity!=info`, `name=~"web.*"`. */
function matcherOf(text: string): Matcher {
  const found = /^([A-Za-z_][\w.-]*)(=~|!~|!=|=)(.*)$/s.exec(text)
  if (!found?.[1] || !found[2])
    throw usageError(`"${text}" is no matcher.`, 'It looks like service=web or team=~"a|b".')
  return { name: found[1], op: found[2] as Matcher['op'], value: (found[3] ?? '').replace(/^"(.*)"$/s, '$1') }
}
