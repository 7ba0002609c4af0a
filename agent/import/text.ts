import { looksSecret, splitCommand, UnclosedQuote } from '../config/index.ts'
import { type Note, Template, type Value, type Values } from './types.ts'

const plainWord = /^[\w@%+=:,./-]+$/
/** What a shell would do something about. Better one shell too many than a line that means something else. */
const shellSign = /[|&;<>()$`*?[\]{}~#!\\\n]/
const shellWords = new Set([
  ...['.', ':', 'alias', 'bg', 'cd', 'eval', 'exec', 'export', 'fg', 'for', 'if', 'case', 'read', 'set', 'shift'],
  ...['source', 'trap', 'type', 'ulimit', 'umask', 'unset', 'until', 'wait', 'while', 'command'],
])

/** A program and its arguments, as one line where no quotes are needed. */
export function commandOf(argv: readonly string[]): Values {
  const [program = '', ...args] = argv
  if (argv.every((word) => plainWord.test(word))) return { command: argv.join(' ') }
  return { command: program, args }
}

/** A line that a shell would run: with one only where it does something that a split into words does not. */
export function commandLine(line: string): Values {
  const text = line.trim()
  return needsShell(text) ? { command: text, shell: true } : { command: text }
}

function needsShell(text: string): boolean {
  if (shellSign.test(text)) return true
  const words = wordsOf(text)
  const [first = ''] = words ?? []
  return words === undefined || /^[A-Za-z_]\w*=/.test(first) || shellWords.has(first)
}

/** The words of a command line, `undefined` where a quote is not closed. */
export function wordsOf(text: string): string[] | undefined {
  try {
    return splitCommand(text)
  } catch (error) {
    if (error instanceof UnclosedQuote) return undefined
    throw error
  }
}

/** A word as a shell takes it for exactly that. */
export const quoteWord = (word: string): string => (plainWord.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

/** Milliseconds as a duration that people read. */
export function durationOf(milliseconds: number): string {
  const whole = Math.round(milliseconds)
  for (const [unit, length] of [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const) {
    if (whole >= length && whole % length === 0) return `${whole / length}${unit}`
  }
  return `${whole}ms`
}

/** Names the secrets that stand in a file in plain text: they will stand in the configuration as well. */
export function noteSecrets(service: string, environment: Values, from: string): Note[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (!looksSecret(name) || !isLiteral(value)) return []
    return [
      {
        what: `${service}: ${name}`,
        why: `It looks like a secret and stands in ${from} in plain text; it is copied as it stands.`,
        suggestion: `Write "env:${name}" instead, and set ${name} where the agent starts.`,
      },
    ]
  })
}

const isLiteral = (value: Value | undefined): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value !== '')

/** A port that a command line names: `--port 3000`, `-p 3000`, `PORT=3000`. */
export function portsIn(line: string): number[] {
  const match = /(?:^|\s)(?:--port[= ]|-p[= ]?|PORT=)(\d{2,5})(?=\s|$|["'])/.exec(line)
  const port = Number(match?.[1])
  return port >= 1 && port <= 65_535 ? [port] : []
}

/** A value with what is `undefined` left out, and lists and maps that are empty. */
export function compact(values: Record<string, Value | undefined>): Values {
  const kept: Record<string, Value> = Object.create(null)
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
    if (isMap(value) && Object.keys(value).length === 0) continue
    kept[name] = value
  }
  return kept
}

export const isMap = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Template)

/** The line, from 1, on which something stands first. */
export function lineOf(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}

const signalNames = new Set([
  ...['HUP', 'INT', 'QUIT', 'KILL', 'USR1', 'USR2', 'TERM', 'WINCH', 'ABRT', 'ALRM', 'CONT', 'STOP', 'TSTP', 'IO'],
])
const signalNumbers: Readonly<Record<string, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  6: 'ABRT',
  9: 'KILL',
  15: 'TERM',
}

/** `SIGINT` for `INT`, `SIGINT`, `2` and `SIGRTMIN`-like names that have no number of their own: `undefined`. */
export function signalOf(text: string): string | undefined {
  const name = signalNumbers[text] ?? text.toUpperCase().replace(/^SIG/, '')
  return signalNames.has(name) ? `SIG${name}` : undefined
}
