import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { TextPlace, TextRange } from '../../../contract/index.ts'
import { readWhole } from '../files/collect.ts'
import { folderOf, openView, readSource } from '../files/disk.ts'
import { isInside } from '../files/include.ts'
import { type LoadOptions, openConfiguration } from '../load.ts'
import { Problems } from '../problems.ts'
import type { ConfigurationGlobals } from '../settings/globals.ts'
import type { Body } from '../syntax/ast.ts'
import type { Gap } from '../syntax/body.ts'
import { readCached } from '../syntax/readings.ts'
import type { Source, Span } from '../syntax/source.ts'
import { Budget, noNames, type Scope } from '../values/scope.ts'

/** A file as an editor has it. */
export interface OpenFile {
  /** As in `config/files`. */
  name: string
  path: string
  source: Source
  body: Body
  gaps: readonly Gap[]
  /** What evaluating in it needs. */
  scope: Scope
}

/** Every file of the configuration with the texts that are not saved yet. */
export interface Workspace {
  folder: string
  files: readonly OpenFile[]
  globals: ConfigurationGlobals
  env: LoadOptions['env']
}

/** @param also a file that is looked at even where loading would not read it */
export async function openWorkspace(
  unsaved: Readonly<Record<string, string>>,
  options: LoadOptions,
  also?: string,
): Promise<Workspace> {
  const folder = folderOf(options.paths)
  const texts = textsOf(unsaved, folder)
  const problems = new Problems()
  // Whether the files are HCL is for diagnostics to say; here everything counts that can be read at all.
  const { files: opened, globals } = await openConfiguration({ ...options, texts }, problems, readWhole)
  const files = opened.flatMap(({ path, parts, gaps }) =>
    parts.map(({ body, scope }) => {
      const { source } = scope
      return { name: nameOf(path, folder), path, source, body, gaps, scope: { ...scope, globals } }
    }),
  )
  const { env } = options
  if (also === undefined || files.some(({ name }) => name === also)) return { folder, files, globals, env }
  const path = resolve(folder, also)
  const view = openView(options.paths, texts)
  const isOurs = path.endsWith('.hcl') && isInside(path, view)
  const source = isOurs ? readSource({ shown: path, path }, view, undefined, problems) : undefined
  if (source === undefined) return { folder, files, globals, env }
  const { body, gaps } = readCached(source)
  const scope: Scope = { source, problems, env, names: noNames, globals, budget: new Budget() }
  return { folder, files: [...files, { name: also, path, source, body, gaps, scope }], globals, env }
}

export function textsOf(unsaved: Readonly<Record<string, string>>, folder: string): Record<string, string> {
  const texts: Record<string, string> = Object.create(null)
  for (const [name, text] of Object.entries(unsaved)) texts[resolve(folder, name)] = text
  return texts
}

/** Relative to the configuration folder, with `/`; absolute for a file outside of it. */
export function nameOf(path: string, folder: string): string {
  const inside = relative(folder, path)
  const isInside = inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
  return isInside ? inside.split(sep).join('/') : path
}

export function rangeOf(file: OpenFile, span: Span): TextRange {
  return { ...file.source.range(span), file: file.name }
}

/** The offset of a place; one beyond a line's end or the last line is the end. */
export function offsetOf(source: Source, { line, column }: Pick<TextPlace, 'line' | 'column'>): number {
  if (line > source.lineCount) return source.text.length
  const start = source.lineStart(line)
  let offset = start
  const end = start + source.line(line).length
  for (let left = column - 1; left > 0 && offset < end; left -= 1) {
    offset += (source.text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1
  }
  return offset
}
