import type { LogLine } from '../../contract/index.ts'
import { safeLine } from './safe.ts'
import type { Paint } from './terminal.ts'

export interface LineLook {
  /** Name before the line: of every line, of none, or of those that are not of this one. */
  names: 'all' | 'none' | { unless: string }
  timestamps: boolean
  /** Colours that the line itself has. */
  keepColours: boolean
  paint: Paint
}

const widestName = 24
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with ESC
const hasColour = /[\x1b\x9b]/

/** Formats lines of one command's output; the column of names grows with the longest seen. */
export function lineFormatter(look: LineLook): (line: LogLine) => string {
  const { paint, timestamps, keepColours, names } = look
  const colours = [paint.cyan, paint.yellow, paint.green, paint.magenta, paint.blue, paint.red]
  const shown = new Map<string, string>()
  let width = 0
  const nameOf = (service: string): string => {
    if (names === 'none' || (names !== 'all' && names.unless === service)) return ''
    const known = shown.get(service)
    if (known !== undefined) return known
    if (service.length > width && width < widestName) {
      width = Math.min(widestName, service.length)
      shown.clear()
    }
    const colour = colours[hash(service) % colours.length] ?? paint.cyan
    const name = `${colour(safeLine(service).padEnd(width))} ${paint.dim('│')} `
    if (shown.size > 1000) shown.clear()
    shown.set(service, name)
    return name
  }
  return (line) => {
    const time = timestamps ? `${paint.dim(localTime(line.time))} ` : ''
    const text = safeLine(line.text, keepColours)
    const toned = hasColour.test(text) ? text : toneOf(line, paint)(text)
    return `${time}${nameOf(line.service)}${toned}${line.truncated ? paint.dim(' …') : ''}\n`
  }
}

function toneOf({ level }: LogLine, paint: Paint): (text: string) => string {
  if (level === 'error' || level === 'fatal') return paint.red
  if (level === 'warn') return paint.yellow
  return level === 'debug' || level === 'trace' ? paint.dim : String
}

/** FNV-1a: the same name has the same colour each time. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}

/** `2026-03-01 12:00:00.123` in the zone of this machine. */
export function localTime(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return `${day} ${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`
}
