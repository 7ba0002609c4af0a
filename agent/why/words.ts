import { listInWords } from '../../contract/format.ts'
import type { Range } from '../config/index.ts'

const longestText = 160

/** As a person would have written it: `256 MiB` for 2²⁸, `100 MB` for 10⁸. */
export function bytes(count: number): string {
  if (!Number.isFinite(count) || count < 0) return 'an unknown size'
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
    ['GB', 1e9],
    ['MB', 1e6],
    ['KB', 1e3],
  ] as const) {
    if (count >= size && count % size === 0) return `${count / size} ${unit}`
  }
  if (count >= 1e9) return `${Number((count / 1e9).toFixed(1))} GB`
  if (count >= 1e6) return `${Math.round(count / 1e6)} MB`
  return `${Math.round(count)} bytes`
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function list(items: readonly string[], most = 3): string {
  const shown = items.length > most ? [...items.slice(0, most - 1), `${items.length - most + 1} more`] : items
  return listInWords(shown)
}

export function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

// Escape sequences, then what is left of control characters, and the marks that reorder text: a name or a
// log line must not be able to repaint the sentence it stands in.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Printable text on one line, cut at `most` characters. */
export function clean(text: string, most = longestText): string {
  const printable = text
    .slice(0, most * 8)
    .replace(escapes, '')
    .replace(controls, '')
  return printable.length > most ? `${printable.slice(0, most - 1)}…` : printable
}

/** The last part of a path, of either kind of slash. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path
}

/** `services.hcl:12`. */
export function place(range: Pick<Range, 'file' | 'line'>): string {
  return `${clean(baseName(range.file))}:${range.line}`
}

/** A time for `at`; absent where the number is no time. */
export function at(ms: number | undefined): { at?: string } {
  if (ms === undefined || !(Math.abs(ms) < 8.64e15)) return {}
  return { at: new Date(ms).toISOString() }
}

export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

/** For a sentence that goes on inside another; names such as SIGTERM keep their letters. */
export function lower(sentence: string): string {
  return /^[A-Z](?:[a-z]| )/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence
}

/** The program as it was called. The kernel's short name may be a thread's (`MainThread` in newer Node). */
export function programName(process: { name: string; command?: string }): string {
  const called = firstWords(process.command)[0]
  // `nginx: master process` and `[kworker]` are titles, not command lines.
  const name = called && !called.startsWith('[') ? baseName(called).replace(/:$/, '') : process.name
  return clean(name || process.name || 'a process', 40)
}

const interpreters = /^(?:node|nodejs|bun|deno|tsx|python[\d.]*|ruby[\d.]*|perl[\d.]*|php[\d.]*|sh|bash|dash|zsh|java)$/

/** What a person calls the process: `worker.js` rather than `node`. */
export function processName(process: { name: string; command?: string }): string {
  const words = firstWords(process.command)
  const program = programName(process)
  if (!interpreters.test(program)) return program
  const script = words.slice(1).find((word) => !word.startsWith('-'))
  const takesText = words.slice(1).some((word) => /^-(?:c|e|p|m|-eval|-print|cp|classpath)$/.test(word))
  return script && !takesText ? clean(baseName(script), 40) : program
}

/** As a subject: `worker.js (pid 812)`. */
export function processWithPid(process: { name: string; command?: string; pid: number }): string {
  return `${processName(process)} (pid ${process.pid})`
}

function firstWords(command: string | undefined): string[] {
  return (command ?? '').slice(0, 1000).split(' ', 16).filter(Boolean)
}

/** For a command that a person is to copy. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
