import type { LogLine } from '../../contract/index.ts'
import type { LogSpec } from '../config/index.ts'
import { encodePlace } from './cursor.ts'
import { levelOf, withoutEscapes } from './level.ts'
import type { ScannedLine } from './window.ts'

/** Makes what a client is sent of what stands in a segment. */
export function toLogLine(line: ScannedLine, service: string, format: LogSpec['format']): LogLine {
  const fields = format === 'text' || line.truncated ? undefined : fieldsOf(line.text)
  return {
    seq: line.seq,
    time: timeText(line.timeMs),
    stream: line.stderr ? 'stderr' : 'stdout',
    level: levelOf(line.text, fields),
    text: line.text,
    ...(fields && { fields }),
    service,
    ...(line.order > 0 && { place: encodePlace(line) }),
    ...(line.truncated && { truncated: true }),
  }
}

/** The members of a JSON line. `JSON.parse` makes `__proto__` a member like any other, so keys are data. */
export function fieldsOf(text: string): Record<string, unknown> | undefined {
  const trimmed = withoutEscapes(text).trim()
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}') || isNestedDeeply(trimmed)) return undefined
  try {
    const parsed: unknown = JSON.parse(trimmed)
    return parsed !== null && typeof parsed === 'object' ? (parsed as Record<string, unknown>) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Deeper lines stay text: copying and writing them out again would exhaust somebody's stack. */
const deepestNesting = 100

function isNestedDeeply(json: string): boolean {
  let depth = 0
  for (const [bracket] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (bracket === '{' || bracket === '[') depth++
    else if (bracket === '}' || bracket === ']') depth--
    if (depth > deepestNesting) return true
  }
  return false
}

const latestTimeMs = 8.64e15
let lastTimeMs = 0
let lastTimeText = new Date(0).toISOString()

/** Lines of a record have one time, so most ask for the text that was made last. */
export function timeText(timeMs: number): string {
  if (timeMs === lastTimeMs) return lastTimeText
  lastTimeMs = timeMs
  // A damaged index may hold any number; a date takes only some.
  lastTimeText = new Date(Math.abs(timeMs) <= latestTimeMs ? timeMs : 0).toISOString()
  return lastTimeText
}
