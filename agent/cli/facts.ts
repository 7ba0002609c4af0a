import { elapsedInWords, formatBytes, formatPercent, relativeTime } from '../../contract/format.ts'
import type { Service } from '../../contract/index.ts'
import type { Context } from './context.ts'
import { localTime } from './loglines.ts'
import { paintOf, stateText } from './look.ts'
import { safeLine } from './safe.ts'
import type { Paint } from './terminal.ts'

/** `● web, what customers see`. */
export function headOf(service: Service, paint: Paint): string {
  const [shape = ''] = stateText(service)
  const description = service.description === '' ? '' : paint.dim(`  ${safeLine(service.description)}`)
  return `${paintOf(service, paint)(shape)} ${paint.bold(safeLine(service.name))}${description}`
}

const labelWidth = 12

/** The facts of a service under each other, without those that there is nothing to say about. */
export function factsOf(service: Service, { terminal, nowMs }: Context): string[] {
  const { paint } = terminal
  const rows: [label: string, text: string][] = [
    ['State', `${paintOf(service, paint)(stateText(service))}${paint.dim(stateDetail(service, nowMs()))}`],
    ['Wanted', wantedText(service)],
    ['Process', processText(service)],
    ['Use', resourceText(service)],
    ['Ports', service.ports.map(({ port, url }) => (url === undefined ? String(port) : `${port} ${url}`)).join(', ')],
    ['Restarts', service.restarts === 0 ? '' : String(service.restarts)],
    ['Last exit', service.pid === null ? exitText(service) : ''],
    ['Next start', service.nextStartAt === null ? '' : timeText(service.nextStartAt, nowMs())],
    ['Depends on', service.dependsOn.join(', ')],
    ['Belongs to', belongingText(service)],
    ['File', service.file === '' ? '' : `${service.file}:${service.line}`],
  ]
  const lines = rows.filter(([, text]) => text !== '').map(([label, text]) => `${label.padStart(labelWidth)}  ${text}`)
  return [...lines, ...service.notes.map((note) => `${'Note'.padStart(labelWidth)}  ${safeLine(note)}`)]
}

function stateDetail(service: Service, nowMs: number): string {
  const since = Math.max(0, nowMs - Date.parse(service.since))
  const reason = service.reason.text === '' ? '' : `, ${safeLine(service.reason.text)}`
  return ` for ${elapsedInWords(since)}${reason}`
}

function wantedText({ desired, enabled, type }: Service): string {
  const kind = type === 'service' ? '' : type === 'cron' ? ', a cron job' : ', a task'
  return `${desired}${enabled ? '' : ', disabled'}${kind}`
}

function processText({ pid, processCount }: Service): string {
  if (pid === null) return processCount === 0 ? '' : `none of its own, ${processCount} left behind`
  return processCount > 1 ? `${pid} and ${processCount - 1} more` : String(pid)
}

function resourceText({ cpuPercent, memoryBytes }: Service): string {
  if (cpuPercent === null && memoryBytes === null) return ''
  return `${formatPercent(cpuPercent ?? Number.NaN)} CPU, ${formatBytes(memoryBytes ?? Number.NaN)}`
}

function exitText({ exitCode, signal }: Service): string {
  if (signal !== null) return `ended by ${signal}`
  return exitCode === null ? '' : `code ${exitCode}`
}

function timeText(iso: string, nowMs: number): string {
  return `${localTime(iso).slice(0, 19)}, ${relativeTime(iso, nowMs)}`
}

function belongingText({ app, groups, tags }: Service): string {
  const parts = [
    app === null ? '' : `app ${app}`,
    groups.length === 0 ? '' : `group ${groups.join(', ')}`,
    tags.length === 0 ? '' : `tags ${tags.join(', ')}`,
  ]
  return safeLine(parts.filter(Boolean).join('; '))
}
