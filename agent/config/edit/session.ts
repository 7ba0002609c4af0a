import type { OpenFile } from '../language/workspace.ts'
import { readFile } from '../syntax/body.ts'
import { Source } from '../syntax/source.ts'
import { type Splice, splice } from './layout.ts'

/** A file of the configuration that may be changed. */
export type EditFile = OpenFile

/** The files of a configuration, in the order in which they count, while changes are made to their texts. */
export class Session {
  files: readonly EditFile[]
  private readonly before: ReadonlyMap<string, string>

  constructor(files: readonly EditFile[]) {
    this.files = files
    this.before = new Map(files.map((file) => [file.path, textOf(file)]))
  }

  /** Takes changes to one file that do not overlap; false, and nothing is changed, where the file would not be HCL any more. */
  change(path: string, splices: readonly Splice[]): boolean {
    const at = this.files.findIndex((file) => file.path === path)
    const file = this.files[at]
    if (file === undefined) return false
    const text = splices.toSorted((a, b) => b.start - a.start).reduce(splice, file.source.text)
    const source = new Source(file.source.file, file.source.mark + text)
    const { body, gaps } = readFile(source)
    if (gaps.length > 0) return false
    // A new list: whoever holds the one before can go back to it.
    this.files = this.files.with(at, { ...file, source, body, gaps, scope: { ...file.scope, source } })
    return true
  }

  /** Goes back to how the files were at `files`. */
  restore(files: readonly EditFile[]): void {
    this.files = files
  }

  /** The files whose texts differ now. */
  changed(): { name: string; path: string; before: string; after: string }[] {
    return this.files.flatMap((file) => {
      const before = this.before.get(file.path) ?? ''
      const after = textOf(file)
      return before === after ? [] : [{ name: file.name, path: file.path, before, after }]
    })
  }
}

const textOf = ({ source }: EditFile): string => source.mark + source.text
