/**
 * Which files a configuration is made of, and what is in them. Worker-side: it uses node:fs directly, since whoever asks
 * waits in another thread and nothing can be said before all of it is read.
 */

import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { messageOf } from '../../../contract/failure.ts'
import { type FileMarks, markOf, markOfNames } from '../../os/marks.ts'
import { didYouMean, type Place, type Problem, type Problems } from '../problems.ts'
import { Source } from '../syntax/source.ts'
import { shorten } from '../values/names.ts'

const maxFileBytes = 16 * 2 ** 20
/** Files of one folder. */
const maxFolderFiles = 5000

/** A file to read: the path that messages show, and the one that identifies it. */
export interface FileName {
  shown: string
  path: string
}

export interface FolderView {
  /** Texts that stand in for what is on disk, or for what is not there yet, by absolute path. */
  texts: ReadonlyMap<string, string>
  /** Files that count as taken away, by absolute path. */
  gone: ReadonlySet<string>
  /** The folders that includes stay in: as the user named them, and resolved. */
  roots: readonly { shown: string; real: string }[]
  /** What has been read and listed of it so far. */
  inputs: FileMarks
}

export function openView(paths: readonly string[], texts: Readonly<Record<string, string | null>>): FolderView {
  const roots = paths.map((path) => {
    const shown = isFolder(path) ? path : dirname(path)
    return { shown, real: realPath(shown) }
  })
  const given = new Map<string, string>()
  const gone = new Set<string>()
  for (const [path, text] of Object.entries(texts)) {
    if (text === null) gone.add(resolve(path))
    else given.set(resolve(path), text)
  }
  return { texts: given, gone, roots, inputs: { files: Object.create(null), folders: Object.create(null) } }
}

/** The files that a path given by the user means: itself, or for a folder its `*.hcl` in name order. */
export function listPath(path: string, view: FolderView, problems: Problems): FileName[] {
  if (view.texts.has(resolve(path))) return [{ shown: path, path: resolve(path) }]
  return isFolder(path) ? listFolder(path, view, problems) : [{ shown: path, path: resolve(path) }]
}

/** The `*.hcl` of a folder in name order; none where it is not there. */
export function listFolder(path: string, view: FolderView, problems: Problems): FileName[] {
  noteFolder(path, view)
  try {
    const names = new Set((isFolder(path) ? readdirSync(path) : []).filter(isConfigName))
    for (const text of view.texts.keys()) {
      const name = relative(resolve(path), text)
      if (!name.includes(sep) && isConfigName(name)) names.add(name)
    }
    const sorted = [...names].filter((name) => !view.gone.has(resolve(path, name))).sort()
    if (sorted.length <= maxFolderFiles)
      return sorted.map((name) => ({ shown: join(path, name), path: resolve(path, name) }))
    problems.error(startOf(path), {
      code: 'too-many-files',
      message: `There are ${sorted.length} files in this folder.`,
      expected: `at most ${maxFolderFiles}`,
    })
  } catch (error) {
    problems.error(startOf(path), cannotRead(path, error))
  }
  return []
}

/** Names that begin with a dot are what editors leave while a file is open. */
function isConfigName(name: string): boolean {
  return name.endsWith('.hcl') && !name.startsWith('.')
}

/** A problem with a file as a whole stands at its beginning. */
export function startOf(file: string): Place {
  return { source: new Source(file, ''), start: 0, end: 0 }
}

/** A file's text, or `undefined` when it cannot be read as text and that has been said, at `asked` where an include did. */
export function readSource(
  file: FileName,
  view: FolderView,
  asked: Place | undefined,
  problems: Problems,
): Source | undefined {
  const given = view.texts.get(file.path)
  view.inputs.files[file.path] = given === undefined ? null : markOf(given)
  if (given !== undefined) return checkText(file.shown, given, problems)
  let bytes: Buffer
  try {
    if (view.gone.has(file.path)) throw Object.assign(new Error('taken away'), { code: 'ENOENT' })
    bytes = readBytes(file.path)
    view.inputs.files[file.path] = markOf(bytes)
  } catch (error) {
    const near = asked === undefined ? {} : didYouMean(basename(file.path), siblings(file.path))
    problems.error(asked ?? startOf(file.shown), { ...cannotRead(file.shown, error), ...near })
    return undefined
  }
  const text = bytes.toString('utf8')
  const bad = findBadByte(bytes, text)
  if (bad === undefined) return new Source(file.shown, text)
  const source = new Source(file.shown, text)
  const at = bad - source.mark.length
  problems.error(
    { source, start: at, end: at + 1 },
    {
      code: 'not-utf8',
      message: 'This file is not UTF-8 text.',
      expected: 'a text file saved as UTF-8',
      ...suggestEncoding(bytes),
    },
  )
  return undefined
}

function checkText(file: string, text: string, problems: Problems): Source | undefined {
  const source = new Source(file, text)
  if (Buffer.byteLength(text) > maxFileBytes) {
    problems.error(startOf(file), tooLarge(file))
    return undefined
  }
  const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(source.text)
  if (lone === null) return source
  problems.error(
    { source, start: lone.index, end: lone.index + 1 },
    {
      code: 'not-utf8',
      message: 'Half of a character stands alone here.',
      expected: 'text that can be saved as UTF-8',
    },
  )
  return undefined
}

class FileProblem extends Error {
  override name = 'FileProblem'
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

/** The mark of a file that is only needed when a service starts; null where it cannot be read, which is told then. */
export function noteFile(path: string, view: FolderView): string | null {
  const known = view.inputs.files[path]
  if (known !== undefined) return known
  let mark: string | null = null
  try {
    mark = markOf(readBytes(path))
  } catch {
    // Its absence is an input as well: when it comes, that is a change.
  }
  view.inputs.files[path] = mark
  return mark
}

/** Reads a regular file within the bound; opened without waiting, so that a FIFO put in its place stalls nothing. */
function readBytes(path: string): Buffer {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const { size, mode } = fstatSync(fd)
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) {
      throw new FileProblem({ code: 'not-a-file', message: `${path} is not a regular file.`, expected: 'a text file' })
    }
    if (size > maxFileBytes) throw new FileProblem(tooLarge(path))
    const buffer = Buffer.allocUnsafe(Math.min(maxFileBytes, size + 1))
    let length = 0
    for (let got = -1; got !== 0 && length < buffer.length; length += got) {
      got = readSync(fd, buffer, length, buffer.length - length, length)
    }
    return buffer.subarray(0, length)
  } finally {
    closeSync(fd)
  }
}

function tooLarge(path: string): Problem {
  return { code: 'too-large', message: `${path} is larger than 16 MiB.`, expected: 'a smaller file; split it' }
}

function cannotRead(path: string, error: unknown): Problem {
  if (error instanceof FileProblem) return error.problem
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    ENOTDIR: 'there is no such file',
    EACCES: 'it may not be read',
    EPERM: 'it may not be read',
    ELOOP: 'its links lead in a circle',
    ENAMETOOLONG: 'its name is too long',
    ERR_INVALID_ARG_VALUE: 'its name contains a NUL character',
  }
  const reason = reasons[code] ?? messageOf(error)
  return {
    code: 'cannot-read',
    message: `Cannot read ${shorten(path, 200)}: ${reason}.`,
    expected: 'a file that can be read',
  }
}

/** The index in `text` of the first replacement character that stands for bytes which are not UTF-8. */
function findBadByte(bytes: Buffer, text: string): number | undefined {
  let byte = 0
  let from = 0
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) {
    byte += Buffer.byteLength(text.slice(from, at))
    if (bytes[byte] !== 0xef || bytes[byte + 1] !== 0xbf || bytes[byte + 2] !== 0xbd) return at
    from = at
  }
  return undefined
}

function suggestEncoding(bytes: Buffer): Pick<Problem, 'suggestion'> {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  return isUtf16 ? { suggestion: 'It looks like UTF-16: save it as UTF-8.' } : {}
}

/** Where a path leads to in truth; of what does not exist, the part that does. */
export function realPath(path: string): string {
  const absolute = resolve(path)
  try {
    return realpathSync(absolute)
  } catch {
    // Not there (or not to be looked at): its folder decides.
    const parent = dirname(absolute)
    return parent === absolute ? absolute : join(realPath(parent), relative(parent, absolute))
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    // What is not there is told when it is read, with its reason.
    return false
  }
}

function siblings(path: string): string[] {
  return listEntries(dirname(path)).flatMap((entry) => (entry.isFile() ? [entry.name] : []))
}

/** The folder that names are relative to: the first one of the configuration. */
export function folderOf(paths: readonly string[]): string {
  const [first = '.'] = paths
  return resolve(paths.find(isFolder) ?? dirname(first))
}

/** Its names count: one that comes or goes is a change. */
export function noteFolder(folder: string, view: FolderView): void {
  view.inputs.folders[resolve(folder)] = markOfNames(listEntries(folder).map(({ name }) => name))
}

/** What is in a folder; nothing where it cannot be looked into. */
export function listEntries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // A folder that is not there or may not be read has no files for a pattern; the warning about an empty pattern says so.
    return []
  }
}
