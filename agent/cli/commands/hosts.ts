import { resolve } from 'node:path'
import { formatPercent, noFigure, relativeTime } from '../../../contract/format.ts'
import type { ConfigApplied, FleetHost } from '../../../contract/index.ts'
import type { CommonOptions, Context } from '../context.ts'
import { exitCodes } from '../exit.ts'
import { safeLine } from '../safe.ts'
import { type Column, drawTable } from '../table.ts'
import type { Paint } from '../terminal.ts'

/** `hxe hosts list`: this host first. */
export async function list(context: Context, _operands: string[], options: CommonOptions): Promise<number> {
  const client = await context.connect()
  const { items } = await client.get<{ items: FleetHost[] }>('/hosts')
  const { terminal } = context
  if (options.json) {
    terminal.json({ items })
    return exitCodes.done
  }
  const lines = await drawTable(items, columnsOf(terminal.paint, context.nowMs()), {
    columns: terminal.columns,
    head: terminal.paint.dim,
  })
  terminal.write(`${lines.join('\n')}\n`)
  for (const { name, notes } of items) for (const note of notes) terminal.note(safeLine(`${name}: ${note}`))
  return exitCodes.done
}

function columnsOf(paint: Paint, nowMs: number): Column<FleetHost>[] {
  return [
    { title: 'NAME', cell: ({ name }) => ({ text: safeLine(name), paint: paint.bold }), shrinkTo: 20, least: 8 },
    {
      title: 'STATE',
      cell: ({ state, self }) =>
        self ? { text: 'this host' } : { text: state, paint: state === 'connected' ? paint.green : paint.red },
    },
    {
      title: 'SERVICES',
      cell: ({ services: { running, failing, total } }) => ({
        text: failing > 0 ? `${running}/${total}, ${failing} failing` : `${running}/${total}`,
        ...(failing > 0 ? { paint: paint.red } : {}),
      }),
    },
    {
      title: 'LATENCY',
      cell: ({ latencyMs, self }) => (latencyMs === null || self ? noFigure : `${latencyMs.toFixed(1)} ms`),
      align: 'right',
      dropOrder: 2,
    },
    {
      title: 'CPU',
      cell: ({ cpuPercent }) => (cpuPercent === null ? noFigure : formatPercent(cpuPercent)),
      align: 'right',
      dropOrder: 3,
    },
    { title: 'VERSION', cell: ({ version }) => safeLine(version), dropOrder: 4 },
    {
      title: 'SEEN',
      cell: ({ state, lastSeenAt }) => (state === 'connected' ? 'now' : relativeTime(lastSeenAt, nowMs)),
      dropOrder: 1,
    },
  ]
}

export interface ConnectOptions extends CommonOptions {
  name?: string
  creds?: string
  nkey?: string
  ca?: string
  trust?: string[]
  sign?: string
}

/** `hxe hosts connect`: what it says stands in `fleet.hcl` from then on, a file like any other. */
export async function connect(context: Context, servers: string[], options: ConnectOptions): Promise<number> {
  const client = await context.connect()
  const applied = await client.post<ConfigApplied>('/config/apply', {
    body: { files: { 'fleet.hcl': fleetHcl(servers, options) } },
    timeoutMs: 60_000,
  })
  if (options.json) context.terminal.json(applied)
  else context.terminal.line(`Written into fleet.hcl and applied. "hxe fleet status" says whether the server answers.`)
  return exitCodes.done
}

function fleetHcl(servers: readonly string[], { name, creds, nkey, ca, trust, sign }: ConnectOptions): string {
  const text = (value: string): string => JSON.stringify(value).replaceAll('${', '$${').replaceAll('%{', '%%{')
  const list = (values: readonly string[]): string => `[${values.map(text).join(', ')}]`
  const attribute = (key: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`    ${key} = ${value}`]
  return [
    'agent {',
    ...(name === undefined ? [] : [`  name = ${text(name)}`, '']),
    '  nats {',
    ...attribute('servers', list(servers)),
    ...attribute('creds_file', creds && text(resolve(creds))),
    ...attribute('nkey_seed', nkey && text(`file:${resolve(nkey)}`)),
    ...attribute('signing_seed', sign && text(`file:${resolve(sign)}`)),
    ...attribute('trusted_keys', trust && list(trust)),
    ...(ca === undefined ? [] : ['    tls {', `      ca_file = ${text(resolve(ca))}`, '    }']),
    '  }',
    '}',
    '',
  ].join('\n')
}

/** `hxe hosts remove`: one that is still there comes back with its next word. */
export async function remove(context: Context, [name = '']: string[], options: CommonOptions): Promise<number> {
  const client = await context.connect()
  const removed = await client.call<FleetHost>({ method: 'DELETE', path: `/hosts/${encodeURIComponent(name)}` })
  if (options.json) context.terminal.json(removed)
  else {
    context.terminal.line(`${safeLine(removed.name)} is off the list.`)
    for (const note of removed.notes) context.terminal.note(safeLine(note))
  }
  return exitCodes.done
}
