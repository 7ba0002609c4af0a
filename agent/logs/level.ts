import type { LogLevel } from '../../contract/index.ts'

/** The contract's levels, the worst last. Stated here once more since the contract brings its schemas, which a worker of the logs has no use for. */
const logLevels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** The words that programs use, and the level that is meant. */
const words: Readonly<Record<LogLevel, readonly string[]>> = {
  trace: ['trace', 'trc', 'finest', 'finer', 'verbose', 'silly'],
  debug: ['debug', 'dbg', 'debu', 'fine'],
  info: ['info', 'inf', 'information', 'informational', 'notice', 'log', 'success'],
  warn: ['warn', 'wrn', 'warning'],
  error: ['error', 'err', 'erro', 'eror', 'severe', 'failure'],
  fatal: ['fatal', 'ftl', 'fata', 'crit', 'critical', 'panic', 'emerg', 'emergency', 'alert', 'dpanic'],
}

const levelOfWord = new Map<string, LogLevel>(
  logLevels.flatMap((level) => words[level].map((word): [string, LogLevel] => [word, level])),
)
const anyWord = [...levelOfWord.keys()].sort((a, b) => b.length - a.length).join('|')

/** Where the level stands in JSON lines, in the order of trust. */
const levelMembers = ['level', 'severity', 'lvl', 'log.level', 'loglevel', 'levelname', '@level', '@l', 'severityText']

/** systemd's `<3>` and syslog's severities, 0 to 7. */
const severities: readonly LogLevel[] = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug']

const klogLetters: Readonly<Record<string, LogLevel>> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' }

/** Only the beginning of a line is looked at: further on the words are somebody's text. */
const beginningLength = 200

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
const escapeSequences = /\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[@-Z\\^_])/g

/** Without colours, links and cursor movements; newlines stay where they are. */
export function withoutEscapes(text: string): string {
  return text.includes('\x1b') ? text.replace(escapeSequences, '') : text
}

const klog = /^([IWEF])\d{4} \d\d:\d\d:\d\d/
const systemd = /^<([0-7])>/
/** `level=warn`, `lvl: "error"`. */
const keyed = new RegExp(`(?:^|[\\s{,"])(?:level|lvl|severity|loglevel)"?\\s*[=:]\\s*"?(${anyWord})\\b`, 'i')
/** `[warn]`, `[core:error]`, `(ERROR)`, `<info>`, `|WARN|`. */
const bracketed = new RegExp(`[[(<|](?:[\\w.-]+:)?\\s*(${anyWord})\\s*[\\])>|]`, 'i')
/** `WARN`, `ERROR:`, `- WARNING -`: in capitals it stands for itself. */
const capital = new RegExp(`(?:^|[\\s:|])(${anyWord.toUpperCase()})(?=$|[\\s:,|\\]!])`)
/** `warning: …`, `Error: …`, `TypeError: …`, `app: fatal: …`, after a time if there is one. */
const leading = new RegExp(
  `^(?:[\\dTZ:.,/+-]+\\s+){0,3}(?:[\\w./-]+(?::\\d+)*:\\s*)?(?:Uncaught\\s+)?(?:[A-Za-z.]*(Error|Exception)\\b(?=:|$)|(${anyWord}):\\s)`,
  'i',
)
const traceback = /^Traceback \(most recent call last\)|^thread '.*' panicked at|^goroutine \d+ \[/

/**
 * The level that a line states, in the ways that loggers do; `info` where it says nothing, on stderr as well, since many
 * programs write all of their log there.
 */
export function levelOf(text: string, fields?: Readonly<Record<string, unknown>>): LogLevel {
  if (fields) return levelOfFields(fields) ?? 'info'
  return levelOfText(withoutEscapes(text.slice(0, beginningLength * 2)).slice(0, beginningLength)) ?? 'info'
}

function levelOfFields(fields: Readonly<Record<string, unknown>>): LogLevel | undefined {
  for (const member of levelMembers) {
    if (!Object.hasOwn(fields, member)) continue
    const value = fields[member]
    if (typeof value === 'number') return levelOfNumber(value)
    const word = typeof value === 'string' ? levelOfWord.get(value.trim().toLowerCase()) : undefined
    if (word) return word
    if (typeof value === 'string' && /^\d{1,2}$/.test(value)) return levelOfNumber(Number(value))
  }
  return undefined
}

/** pino and bunyan count 10, 20 … 60; GELF and syslog 0 to 7, downwards. */
function levelOfNumber(value: number): LogLevel | undefined {
  if (Number.isInteger(value) && value >= 0 && value < severities.length) return severities[value]
  if (value < 10) return undefined
  return logLevels[Math.min(logLevels.length, Math.floor(value / 10)) - 1]
}

function levelOfText(text: string): LogLevel | undefined {
  const letter = klog.exec(text)?.[1]
  if (letter) return klogLetters[letter]
  const digit = systemd.exec(text)?.[1]
  if (digit) return severities[Number(digit)]
  const word = keyed.exec(text)?.[1] ?? earlier(bracketed.exec(text), capital.exec(text))?.[1]
  if (word) return levelOfWord.get(word.toLowerCase())
  const start = leading.exec(text)
  if (start?.[2]) return levelOfWord.get(start[2].toLowerCase())
  return start?.[1] || traceback.test(text) ? 'error' : undefined
}

function earlier(a: RegExpExecArray | null, b: RegExpExecArray | null): RegExpExecArray | null {
  return a && b ? (a.index <= b.index ? a : b) : (a ?? b)
}

/**
 * Finds every line that can be of `least` or worse, and some others: lines that it passes over need not be looked at.
 * Undefined where nearly all lines are.
 */
export function levelHint(least: LogLevel): RegExp | undefined {
  const rank = logLevels.indexOf(least)
  if (rank <= logLevels.indexOf('info')) return undefined
  const wanted = logLevels.slice(rank).flatMap((level) => words[level])
  // A word within a word is found with it: `warn` in `warning`.
  const shortest = wanted.filter((word) => !wanted.some((other) => other !== word && word.includes(other)))
  const numbers = String.raw`(?:${levelMembers.map((name) => name.replace('.', '\\.')).join('|')})"\s*:\s*"?\d`
  const starts = String.raw`^[WEF]\d{4} |^<[0-4]>|exception|traceback|panicked|^goroutine `
  return new RegExp(`${shortest.join('|')}|${numbers}|${starts}`, 'im')
}

export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(least)
}
