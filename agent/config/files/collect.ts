import { resolve } from 'node:path'
import { systemClock } from '../../os/clock.ts'
import { type Place, Problems } from '../problems.ts'
import type { Body } from '../syntax/ast.ts'
import type { Gap, Reading } from '../syntax/body.ts'
import { readCached } from '../syntax/readings.ts'
import type { Source } from '../syntax/source.ts'
import { findSyntaxErrors } from '../syntax/verdict.ts'
import { evaluate } from '../values/evaluate.ts'
import { alone } from '../values/scope.ts'
import { type FileName, type FolderView, listPath, openView, readSource, realPath } from './disk.ts'
import { maxIncludes, resolveInclude } from './include.ts'

interface ReadFile {
  source: Source
  body: Body
  /** Where the reader gave something up. */
  gaps: readonly Gap[]
  /** What identifies it: where `file()` starts from. */
  path: string
}
interface Collection {
  files: ReadFile[]
  /** All that were to be read, those that could not be as well. */
  names: string[]
  view: FolderView
}

type Judge = (source: Source, reading: Reading, problems: Problems) => Promise<void>

/**
 * Reads every file of a configuration, what they include before themselves: a file overrides what it includes.
 */
export async function collectFiles(
  paths: readonly string[],
  texts: Readonly<Record<string, string | null>>,
  problems: Problems,
  judge: Judge = reportSyntax,
): Promise<Collection> {
  const collector = new Collector(openView(paths, texts), problems, judge)
  for (const path of paths) {
    for (const file of listPath(path, collector.view, problems)) await collector.visit(file, undefined, [])
  }
  return { files: collector.files, names: collector.names, view: collector.view }
}

class Collector {
  readonly files: ReadFile[] = []
  readonly names: string[] = []
  readonly view: FolderView
  private readonly problems: Problems
  private readonly judge: Judge
  private readonly seen = new Set<string>()
  private includes = 0

  constructor(view: FolderView, problems: Problems, judge: Judge) {
    this.view = view
    this.problems = problems
    this.judge = judge
  }

  /** `asked` is the entry of an include that wants this file; `chain` leads to it. */
  async visit(file: FileName, asked: Place | undefined, chain: readonly FileName[]): Promise<void> {
    const real = realPath(file.path)
    const first = chain.findIndex(({ path }) => realPath(path) === real)
    if (first !== -1 && asked !== undefined) {
      const names = [...chain.slice(first), file].map(({ shown }) => shown)
      this.problems.error(asked, {
        code: 'include-cycle',
        message: `These files include one another in a circle: ${names.join(' → ')}.`,
        expected: 'files that do not lead back to themselves',
      })
      return
    }
    if (this.seen.has(real)) return
    this.seen.add(real)
    if (asked !== undefined && !this.mayInclude(asked)) return
    const source = readSource(file, this.view, asked, this.problems)
    if (source === undefined) {
      this.names.push(file.shown)
      return
    }
    const reading = readCached(source)
    await this.judge(source, reading, this.problems)
    for (const { entry, place } of includesOf(source, reading.body)) {
      for (const included of resolveInclude(entry, file, this.view, place, this.problems)) {
        await this.visit(included, place, [...chain, file])
      }
    }
    this.files.push({ source, body: reading.body, gaps: reading.gaps, path: file.path })
    this.names.push(file.shown)
  }

  private mayInclude(asked: Place): boolean {
    this.includes += 1
    if (this.includes <= maxIncludes) return true
    this.problems.error(asked, {
      code: 'too-many-files',
      message: `More than ${maxIncludes} files are included.`,
      expected: `at most ${maxIncludes}`,
    })
    return false
  }
}

/** Tells what makes a text no HCL. */
export async function reportSyntax(source: Source, reading: Reading, problems: Problems): Promise<void> {
  const errors = await findSyntaxErrors(source, reading, () => systemClock.monotonicMs())
  const code = reading.refused ? 'too-large' : 'syntax'
  for (const { start, end, ...problem } of errors) problems.error({ source, start, end }, { code, ...problem })
}

/** The entries of `include`; what is wrong with them is told when the file is checked. */
function includesOf(source: Source, body: Body): { entry: string; place: Place }[] {
  const entries: { entry: string; place: Place }[] = []
  for (const item of body.items) {
    if (item.kind !== 'attribute' || item.name !== 'include') continue
    const value = evaluate(item.value, alone(source, new Problems()))
    for (const one of value.kind === 'list' ? value.items : [value]) {
      if (one.kind !== 'text' || !one.parts.every((part) => typeof part === 'string')) continue
      entries.push({ entry: one.parts.join(''), place: one.place })
    }
  }
  return entries
}

/** Files of variables, as the command line names them. */
export async function readVariableFiles(
  paths: readonly string[],
  problems: Problems,
  view: FolderView = openView(paths, {}),
): Promise<{ source: Source; body: Body }[]> {
  const files: { source: Source; body: Body }[] = []
  for (const path of paths) {
    const source = readSource({ shown: path, path: resolve(path) }, view, undefined, problems)
    if (source === undefined) continue
    const reading = readCached(source)
    await reportSyntax(source, reading, problems)
    files.push({ source, body: reading.body })
  }
  return files
}
