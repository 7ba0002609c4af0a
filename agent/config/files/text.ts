import { dirname, join, resolve } from 'node:path'
import { type Problem, Problems } from '../problems.ts'
import { shorten } from '../values/names.ts'
import { type FolderView, readSource } from './disk.ts'
import { isInside } from './include.ts'

/** The longest text that `file()` gives, in characters. */
const maxText = 2 ** 20

/** Reads the files that `file()` names in a file of the configuration, relative to it and inside the configuration's folders. */
export function textReader(from: string, view: FolderView): (path: string) => { text: string } | { problem: Problem } {
  return (name) => {
    const path = resolve(dirname(from), name)
    if (name === '' || name.includes('\0') || !isInside(path, view)) {
      const folders = view.roots.map(({ shown }) => shown).join(' or ')
      return {
        problem: {
          code: 'outside',
          message: `"${shorten(name)}" leads out of the folder of the configuration.`,
          expected: `a file below ${folders}`,
        },
      }
    }
    const problems = new Problems()
    const source = readSource({ shown: join(dirname(from), name), path }, view, undefined, problems)
    const [problem] = problems.sorted([])
    if (source === undefined) {
      return { problem: { code: 'cannot-read', message: problem?.message ?? `Cannot read ${shorten(name)}.` } }
    }
    const text = source.mark + source.text
    if (text.length <= maxText) return { text }
    return {
      problem: { code: 'too-large', message: `${shorten(name)} is longer than 1 MiB.`, expected: 'a shorter file' },
    }
  }
}
