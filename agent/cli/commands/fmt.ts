import { join } from 'node:path'
import { messageOf } from '../../../contract/failure.ts'
import type { Diagnostic } from '../../../contract/index.ts'
import { listDir, readTextFile, statOf } from '../../os/files.ts'
import { rewriteFile } from '../../os/together.ts'
import type { CommonOptions, Context } from '../context.ts'
import { CliError, exitCodes, usageError } from '../exit.ts'
import { drawPatch, patchesOf } from '../patch.ts'
import { safeLine } from '../safe.ts'
import { tellDiagnostics, usualPaths } from './config.ts'

export interface FormatOptions extends CommonOptions {
  check?: true
  diff?: true
}

interface Formatted {
  file: string
  before: string
  /** Undefined for a broken file. */
  after: string | undefined
}

/** `hxe config fmt [PATH…]`: 1 where `--check` finds something to do, 2 where a file is broken; that one is left as it is. */
export async function format(context: Context, operands: string[], options: FormatOptions): Promise<number> {
  const { terminal, world } = context
  if (operands.includes('-')) return formatInput(context, operands, options)
  const files = (await Promise.all((operands.length > 0 ? operands : usualPaths(world.env)).map(filesOf))).flat()
  const all: Formatted[] = []
  const errors: Diagnostic[] = []
  for (const file of files) all.push(await formatOne(file, await read(file), errors))
  const changed = all.filter(isChanged)
  const writes = !options.check && !options.diff
  if (writes) for (const { file, after } of changed) await rewriteFile(file, after)
  if (options.json) terminal.json({ changed: changed.map(({ file }) => file), errors })
  else {
    for (const each of changed) await tell(each, context, options)
    await tellDiagnostics(errors, terminal.note, terminal.paintError)
  }
  return exitOf(errors, changed, options)
}

/** stdin to stdout; with `--check` or `--diff` only what they say. */
async function formatInput(context: Context, operands: readonly string[], options: FormatOptions): Promise<number> {
  if (operands.length > 1) throw usageError('"-" stands alone: it is stdin.')
  const { terminal, world } = context
  const errors: Diagnostic[] = []
  const formatted = await formatOne('stdin', await world.readInput(), errors)
  await tellDiagnostics(errors, terminal.note, terminal.paintError)
  if (formatted.after !== undefined && !options.check && !options.diff) terminal.write(formatted.after)
  const changed = [formatted].filter(isChanged)
  if (options.diff) for (const each of changed) await tell(each, context, options)
  return exitOf(errors, changed, options)
}

function exitOf(errors: readonly Diagnostic[], changed: readonly Formatted[], { check }: FormatOptions): number {
  if (errors.length > 0) return exitCodes.usage
  return check && changed.length > 0 ? exitCodes.failed : exitCodes.done
}

const isChanged = (formatted: Formatted): formatted is Formatted & { after: string } =>
  formatted.after !== undefined && formatted.after !== formatted.before

async function formatOne(file: string, before: string, errors: Diagnostic[]): Promise<Formatted> {
  const { formatFile } = await import('../../config/index.ts')
  const result = await formatFile(file, before)
  if ('diagnostics' in result) errors.push(...result.diagnostics)
  return { file, before, after: 'text' in result ? result.text : undefined }
}

async function tell(
  { file, before, after }: Formatted & { after: string },
  { terminal }: Context,
  options: FormatOptions,
) {
  if (!options.diff) return terminal.line(safeLine(file))
  const patches = await patchesOf({ [file]: before }, { [file]: after }, 'as it is', 'formatted')
  for (const { patch } of patches) drawPatch(patch, terminal)
}

async function filesOf(path: string): Promise<string[]> {
  if ((await statOf(path))?.kind !== 'directory') return [path]
  const entries = await listDir(path)
  return entries
    .filter(({ name }) => name.endsWith('.hcl') && !name.startsWith('.'))
    .map(({ name }) => join(path, name))
}

function read(file: string): Promise<string> {
  return readTextFile(file).catch((error: unknown) => {
    const why = messageOf(error)
    throw new CliError(exitCodes.usage, `${file} cannot be read: ${why}`)
  })
}
