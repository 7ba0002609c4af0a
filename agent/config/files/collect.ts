import { join, resolve } from 'node:path'
import { systemClock } from '../../os/clock.ts'
import { type Place, Problems } from '../problems.ts'
import type { Body } from '../syntax/ast.ts'
import type { Gap, Reading } from '../syntax/body.ts'
import { withoutAccepted } from '../syntax/pieces.ts'
import { readCached } from '../syntax/readings.ts'
import { cutFile } from '../syntax/sections.ts'
import type { Source } from '../syntax/source.ts'
import { findSyntaxErrors } from '../syntax/verdict.ts'
import { evaluate } from '../values/evaluate.ts'
import { alone } from '../values/scope.ts'
import {
  type FileName,
  type FolderView,
  folderOf,
  listFolder,
  listPath,
  openView,
  readSource,
  realPath,
} from './disk.ts'
import { bundleOfPath, fleetFolderName } from './fleet.ts'
import { maxIncludes, resolveInclude } from './include.ts'

interface ReadFile extends FileParts {
  source: Source
  /** What identifies it: where `file()` starts from. */
  path: string
  /** The bundle of the fleet that it came with; undefined for the user's own. */
  bundle: string | undefined
}

/** A file as it was read: as a whole, or as its sections, each with a source of its own. */
export interface FileParts {
  parts: readonly { source: Source; body: Body }[]
  /** Where the reader gave something up. */
  gaps: readonly Gap[]
}
interface Collection {
  files: ReadFile[]
  /** All that were to be read, those that could not be as well. */
  names: string[]
  view: FolderView
}

/** Reads a file, and tells what makes it no HCL if that is to be told. */
export type ReadParts = (source: Source, problems: Problems) => Promise<FileParts>

/** As one tree, whether it is HCL or not. */
export const readWhole: ReadParts = async (source) => {
  const { body, gaps } = readCached(source)
  return { parts: [{ source, body }], gaps }
}

/** As one tree. */
export const readJudged: ReadParts = async (source, problems) => {
  await reportSyntax(source, readCached(source), problems)
  return readWhole(source, problems)
}

/** As sections, which are known from the last time where they are the same; as one tree where there is any mistake. */
export const readInSections: ReadParts = async (source, problems) => {
  const cut = cutFile(source)
  const isRight = cut && (await withoutAccepted(source, { items: cut.heads, gaps: [] })) === ''
  if (!isRight) return readJudged(source, problems)
  return { parts: cut.sections.map((part) => ({ source: part.source, body: bodyOf(part.item) })), gaps: [] }
}

const bodyOf = (item: Body['items'][number]): Body => ({ items: [item], complete: true })

interface CollectOptions {
  paths: readonly string[]
  texts?: Readonly<Record<string, string | null>>
  withFleet?: boolean
}

/**
 * Reads every file of a configuration, what they include before themselves: a file overrides what it includes.
 */
export async function collectFiles(
  { paths, texts = {}, withFleet = false }: CollectOptions,
  problems: Problems,
  read: ReadParts,
): Promise<Collection> {
  const collector = new Collector(openView(paths, texts), problems, read)
  for (const path of paths) {
    for (const file of listPath(path, collector.view, problems)) await collector.visit(file, undefined, [])
  }
  const ofFleet = withFleet ? listFolder(join(folderOf(paths), fleetFolderName), collector.view, problems) : []
  for (const file of ofFleet) await collector.visit(file, undefined, [], bundleOfPath(file.path))
  return { files: collector.files, names: collector.names, view: collector.view }
}

class Collector {
  readonly files: ReadFile[] = []
  readonly names: string[] = []
  readonly view: FolderView
  private readonly problems: Problems
  private readonly read: ReadParts
  private readonly seen = new Set<string>()
  private includes = 0

  constructor(view: FolderView, problems: Problems, read: ReadParts) {
    this.view = view
    this.problems = problems
    this.read = read
  }

  /** `asked` is the entry of an include that wants this file; `chain` leads to it. */
  async visit(name: FileName, asked: Place | undefined, chain: readonly FileName[], bundle?: string): Promise<void> {
    const real = realPath(name.path)
    const first = chain.findIndex(({ path }) => realPath(path) === real)
    if (first !== -1 && asked !== undefined) {
      const names = [...chain.slice(first), name].map(({ shown }) => shown)
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
    const source = readSource(name, this.view, asked, this.problems)
    if (source === undefined) {
      this.names.push(name.shown)
      return
    }
    const file = await this.read(source, this.problems)
    for (const { entry, place } of file.parts.flatMap((part) => includesOf(part.source, part.body))) {
      for (const included of resolveInclude(entry, name, this.view, place, this.problems)) {
        await this.visit(included, place, [...chain, name], bundle)
      }
    }
    this.files.push({ ...file, source, path: name.path, bundle })
    this.names.push(name.shown)
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
