import { splitWords, UnclosedQuote, type Word } from '../command.ts'
import type { CommandSpec, LateText } from '../model.ts'
import type { Place, Problems } from '../problems.ts'
import type { Fields } from '../settings/fields.ts'
import type { Item } from '../values/decode.ts'
import { placeInText } from '../values/value.ts'

/** The kernel's bound on one argument or variable, its final NUL included. */
export const longestStringBytes = 131_072

/** The command of a block that has no `args` and no `shell`: a hook, `stop`, `reload`. */
export function readCommand(fields: Fields, name: string, problems: Problems): CommandSpec | undefined {
  const setting = fields.setting(name)
  const text = fields.late(name)
  if (setting === undefined || text === undefined) return undefined
  return { argv: splitLate(name, text, setting, problems), shell: false, range: text.range }
}

/** A service's command with its `args` and `shell`. */
export function readServiceCommand(fields: Fields, problems: Problems): CommandSpec | undefined {
  const setting = fields.setting('command')
  const text = fields.late('command')
  if (setting === undefined || text === undefined) return undefined
  const shell = fields.bool('shell')
  const args = fields.lates('args')
  if (shell && fields.has('args')) {
    problems.error(fields.setting('args')?.name ?? setting.place, {
      code: 'conflict',
      message: 'args and shell = true exclude one another.',
      expected: 'either a command line for the shell, or a program and its args',
      suggestion: 'Remove shell, or write the whole line in command.',
    })
  }
  const isWhole = shell || fields.has('args')
  const words = isWhole ? wholeCommand(text, setting, problems) : splitLate('command', text, setting, problems)
  for (const word of words) checkLength(word, setting.place, problems)
  for (const [index, { place }] of fields.items('args').entries()) checkLength(args[index], place, problems)
  return { argv: [...words, ...args], shell, range: text.range }
}

function wholeCommand(text: LateText, item: Item, problems: Problems): LateText[] {
  if (isBlank(text)) reportEmpty('command', item.place, problems)
  return [text]
}

function splitLate(name: string, text: LateText, item: Item, problems: Problems): LateText[] {
  let words: Word[]
  try {
    words = splitWords(text.parts)
  } catch (error) {
    if (!(error instanceof UnclosedQuote)) throw error
    problems.error(item.text === undefined ? item.place : placeInText(item.text, error.offset), {
      code: 'unclosed-quote',
      message: `In ${name}, ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`,
      expected: `a closing ${error.quote === '"' ? '\\"' : "'"}`,
      suggestion: 'Close it, or put a backslash before it (\\\\ in a text) if it is meant as it stands.',
    })
    return []
  }
  if (words.length === 0 || words[0]?.parts.join('') === '') reportEmpty(name, item.place, problems)
  return words.map(({ parts }) => ({
    parts,
    range: text.range,
    secret: text.secret && parts.some((part) => typeof part !== 'string'),
  }))
}

function reportEmpty(name: string, place: Place, problems: Problems): void {
  problems.error(place, {
    code: 'empty',
    message: `${name} is empty.`,
    expected: 'a program and its arguments',
  })
}

function isBlank(text: LateText): boolean {
  return text.parts.every((part) => typeof part === 'string' && part.trim() === '')
}

function checkLength(word: LateText | undefined, place: Place, problems: Problems): void {
  const bytes = (word?.parts ?? []).reduce<number>(
    (sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : 0),
    0,
  )
  if (bytes < longestStringBytes) return
  problems.error(place, {
    code: 'too-long',
    message: `An argument of ${bytes.toLocaleString('en')} bytes cannot be given to a program.`,
    expected: `less than ${longestStringBytes.toLocaleString('en')} bytes`,
    suggestion: 'Put it into a file and name the file.',
  })
}
