import type { LateText } from '../model.ts'
import type { Problems } from '../problems.ts'
import type { Fields } from '../settings/fields.ts'
import { shorten } from '../values/names.ts'
import { longestStringBytes } from './commands.ts'

/** What all arguments and variables of a process may take together, with room for what the kernel adds. */
export const environmentBytes = 2 * 2 ** 20 - 16_384

/** Refuses, by name, what no process can be given; the start would fail with E2BIG and name nothing. */
export function checkEnvironment(fields: Fields, problems: Problems): void {
  let total = 0
  for (const [name, { value, key, place }] of fields.entries('environment')) {
    if (name === '' || name.includes('=') || name.includes('\0')) {
      problems.error(key, {
        code: 'bad-name',
        message: `"${shorten(name)}" cannot be the name of an environment variable.`,
        expected: 'a name without "="',
      })
    }
    if (/^HXE_(?:SERVICE|REPLICA|INSTANCE)$/.test(name)) {
      problems.warning(key, {
        code: 'reserved-name',
        message: `${name} is set by the agent; this value is not used.`,
        suggestion: 'Remove it.',
      })
    }
    const { parts } = value as LateText
    const text = parts.filter((part) => typeof part === 'string').join('')
    if (text.includes('\0')) {
      problems.error(place, { code: 'wrong-format', message: `${name} contains a NUL character.`, expected: 'text' })
    }
    const bytes = variableBytes(name, text)
    total += bytes
    if (bytes <= longestStringBytes) continue
    problems.error(place, {
      code: 'too-long',
      message: `${shorten(name)} has ${Buffer.byteLength(text).toLocaleString('en')} bytes; the system takes no variable that long.`,
      expected: `less than ${longestStringBytes.toLocaleString('en')} bytes with its name`,
      suggestion: 'Put it into a file and give the name of the file.',
    })
  }
  const setting = fields.setting('environment')
  if (total <= environmentBytes || setting === undefined) return
  problems.error(setting.name, {
    code: 'too-long',
    message: `This environment has ${total.toLocaleString('en')} bytes; the system takes 2 MB with all arguments.`,
    expected: 'less than 2 MB',
    suggestion: 'Put large values into files.',
  })
}

/** `NAME=value` with its final NUL, as the kernel counts it. */
export function variableBytes(name: string, value: string): number {
  return Buffer.byteLength(name) + Buffer.byteLength(value) + 2
}
