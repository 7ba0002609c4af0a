import { constants } from 'node:os'
import { Cron } from 'croner'
import { messageOf } from '../../../contract/failure.ts'
import { didYouMean, type Problem } from '../problems.ts'
import type { TextFormat, TextType } from '../schema/index.ts'
import { shorten } from './names.ts'
import { parseUmask } from './units.ts'
import { quoteAll } from './words.ts'

/** What is wrong with a text that must be one of some words or of some form; `§` stands for its name. */
export function checkText(text: string, type: TextType): Problem | undefined {
  if (text.includes('\0')) return { code: 'wrong-format', message: '§ contains a NUL character.', expected: 'text' }
  if (type.oneOf !== undefined && !type.oneOf.includes(text)) {
    return {
      code: 'unknown-value',
      message: `§ cannot be "${shorten(text)}".`,
      expected: quoteAll(type.oneOf),
      ...didYouMean(text, type.oneOf),
    }
  }
  return type.format === undefined ? undefined : formats[type.format]?.(text)
}

const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const signals = Object.keys(constants.signals)

const formats: Partial<Record<TextFormat, (text: string) => Problem | undefined>> = {
  cron: checkCron,
  timezone: checkTimezone,
  regex: checkRegex,
  umask: (text) =>
    parseUmask(text) === undefined
      ? {
          code: 'wrong-format',
          message: `§ is not a file mode mask: "${shorten(text)}".`,
          expected: 'octal digits such as "022" or "077"',
        }
      : undefined,
  signal: (text) =>
    signalName(text) === undefined
      ? {
          code: 'unknown-value',
          message: `There is no signal "${shorten(text)}".`,
          expected: 'a signal such as "SIGTERM", "SIGINT", "SIGHUP" or "SIGKILL"',
          ...didYouMean(text.toUpperCase().startsWith('SIG') ? text : `SIG${text}`, signals),
        }
      : undefined,
  'http-method': (text) =>
    httpMethods.includes(text)
      ? undefined
      : {
          code: 'unknown-value',
          message: `There is no method "${shorten(text)}".`,
          expected: quoteAll(httpMethods),
          ...didYouMean(text, httpMethods),
        },
}

/** `SIGTERM` for `TERM`, `sigterm` and `SIGTERM`. */
export function signalName(text: string): string | undefined {
  const upper = text.toUpperCase()
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`
  return signals.includes(name) ? name : undefined
}

function checkCron(text: string): Problem | undefined {
  try {
    // Without a function it arms no timer.
    if (new Cron(text).nextRun() !== null) return undefined
    return {
      code: 'wrong-format',
      message: `§ "${shorten(text)}" names no time that comes.`,
      expected: 'a schedule that comes round',
    }
  } catch (error) {
    const said = messageOf(error)
      .replace(/^CronPattern: /, '')
      .replace(/\.$/, '')
    const fields = text.trim().split(/\s+/).length
    const why = said.includes('space separated parts') ? `it has ${fields} fields` : said
    return {
      code: 'wrong-format',
      message: `§ is not a cron expression: ${why}.`,
      expected: 'minute, hour, day, month and day of the week, such as "*/5 * * * *"',
    }
  }
}

function checkTimezone(text: string): Problem | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return undefined
  } catch {
    // Intl's own words are "Invalid time zone specified"; ours say the same and help.
    return {
      code: 'unknown-value',
      message: `There is no time zone "${shorten(text)}".`,
      expected: 'a name such as "UTC" or "Europe/Berlin"',
      ...didYouMean(text, Intl.supportedValuesOf('timeZone')),
    }
  }
}

function checkRegex(text: string): Problem | undefined {
  try {
    new RegExp(text, 'u')
    return undefined
  } catch (error) {
    const why = messageOf(error).replace(/^.*: /, '')
    return {
      code: 'wrong-format',
      message: `§ is not a regular expression: ${shorten(why, 120)}.`,
      expected: 'a regular expression',
    }
  }
}
