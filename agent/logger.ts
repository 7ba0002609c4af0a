import { join } from 'node:path'
import { destination, type Logger, pino } from 'pino'
import { openRotatingFile } from './os/index.ts'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

export interface LoggerOptions {
  dataDir: string
  level: LogLevel
  /** Applied to every line before it is written; see `redact`. */
  clean?: (text: string) => string
  /** False keeps stderr quiet, for an agent inside a desktop app. */
  stderr?: boolean
}

const maxFileBytes = 10 * 1024 * 1024
const keptFiles = 2
const maxStderrBytes = 1024 * 1024

/**
 * Characters that turn text around, hide it or end a line where JSON leaves them as they are. A name from a file can
 * hold them, and a log is read in terminals.
 */
const deceptive = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Inside a JSON string the escape means the character, so the line stays the same record. */
export function plainLine(line: string): string {
  return line.replace(deceptive, escaped)
}

/** Takes values out of texts wherever they stand: as they are, in base64, percent-encoded or escaped for JSON. */
export function redact(values: Iterable<string>): (text: string) => string {
  const forms = new Set<string>()
  for (const value of values) {
    // Shorter ones would blank ordinary words and hide nothing.
    if (value.length < 4) continue
    const bytes = Buffer.from(value, 'utf8')
    for (const form of [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      bytes.toString('base64'),
      bytes.toString('base64url'),
    ]) {
      forms.add(form)
    }
  }
  // Longest first, so that a value that contains another goes whole.
  const ordered = [...forms].sort((a, b) => b.length - a.length)
  return (text) => ordered.reduce((rest, form) => rest.replaceAll(form, '[redacted]'), text)
}

export interface AgentLogger {
  log: Logger
  /** Resolves when what was logged is written. */
  close(): Promise<void>
}

/**
 * The agent's own log: JSON lines on stderr and in `agent.log` (0600, 10 MB, two older ones kept). Written beside the
 * loop and with a bound, so neither a full disk nor a terminal that takes nothing ever holds the agent up.
 */
export function createLogger({ dataDir, level, clean, stderr = true }: LoggerOptions): AgentLogger {
  const terminal = stderr ? destination({ fd: 2, sync: false, maxLength: maxStderrBytes }) : undefined
  // A closed stderr (EPIPE) is the reader's business.
  terminal?.on('error', () => undefined)
  const file = openRotatingFile({
    path: join(dataDir, 'agent.log'),
    maxBytes: maxFileBytes,
    keep: keptFiles,
    onTrouble: (problem) => {
      const text = problem === undefined ? 'agent.log can be written again' : `agent.log cannot be written: ${problem}`
      terminal?.write(`${JSON.stringify({ level: 40, time: new Date().toISOString(), msg: text })}\n`)
    },
  })
  const stream = {
    write(line: string): void {
      const text = plainLine(clean ? clean(line) : line)
      terminal?.write(text)
      file.write(text)
    },
  }
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream)
  const flushTerminal = (): Promise<void> =>
    new Promise((resolve) => (terminal ? terminal.flush(() => resolve()) : resolve()))
  return {
    log,
    async close() {
      await Promise.all([file.close(), flushTerminal()])
    },
  }
}
