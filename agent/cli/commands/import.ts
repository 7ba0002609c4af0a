import { resolve } from 'node:path'
import type { ImportKind } from '../../import/index.ts'
import type { CommonOptions, Context } from '../context.ts'
import { CliError, exitCodes } from '../exit.ts'

export interface ImportOptions extends CommonOptions {
  from?: string[]
  write?: string
  docker?: true
  runCode?: true
}

/** `hxe config import [FOLDER]`: HCL on stdout, what could not be carried over on stderr. */
export async function importFiles(context: Context, [folder = '.']: string[], options: ImportOptions): Promise<number> {
  const { findCandidates, ImportError, kinds, previewImport, runForExports } = await import('../../import/index.ts')
  const { terminal, world } = context
  const unknown = options.from?.find((kind) => !(kinds as readonly string[]).includes(kind))
  if (unknown !== undefined)
    throw new CliError(exitCodes.usage, `There is no kind "${unknown}". Kinds are ${kinds.join(', ')}.`)
  try {
    const found = findCandidates(folder)
    const chosen = found.candidates.filter(({ kind }) => options.from?.includes(kind) ?? true)
    if (chosen.length === 0) {
      throw new CliError(
        exitCodes.notFound,
        `Nothing to import in ${found.folder}. Looked for ${(options.from as ImportKind[] | undefined)?.join(', ') ?? looked}.`,
        {
          hint: 'Name another folder: hxe config import FOLDER. Or add a service by hand in the panel, under Add.',
        },
      )
    }
    const exported: Record<string, unknown> = {}
    for (const { file } of chosen.filter(({ code }) => code && options.runCode)) {
      exported[file] = await runForExports(found.folder, file, world.env)
    }
    const preview = previewImport({
      folder: found.folder,
      files: chosen.map(({ file }) => ({ file })),
      taken: [],
      ...(options.docker ? { docker: true } : {}),
      exported,
    })
    if (options.json) terminal.json({ folder: found.folder, ...preview })
    for (const { file, line, what, why, suggestion } of options.json ? [] : preview.notes) {
      terminal.note(
        `${resolve(found.folder, file)}${line === undefined ? '' : `:${line}`}: ${what}: ${why}${suggestion === undefined ? '' : ` ${suggestion}`}`,
      )
    }
    if (preview.services.length === 0) {
      if (!options.json) terminal.note('None of these files has a service that can be carried over.')
      return exitCodes.failed
    }
    if (options.write !== undefined) await write(options.write, preview.hcl)
    else if (!options.json) terminal.line(preview.hcl.trimEnd())
    if (!options.json)
      terminal.note(
        `${preview.services.length} services from ${chosen.length} files${options.write === undefined ? '' : ` written to ${options.write}`}.`,
      )
    return exitCodes.done
  } catch (error) {
    if (error instanceof ImportError) throw new CliError(exitCodes.failed, error.message)
    throw error
  }
}

const looked =
  'package.json, Procfile, compose.yaml, process-compose.yaml, PM2 ecosystem files, supervisord.conf and systemd units'

async function write(file: string, text: string): Promise<void> {
  const { createSecretFile } = await import('../../os/index.ts')
  try {
    createSecretFile(file, text)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST')
      throw new CliError(exitCodes.failed, `${file} is there already and is not overwritten. Name another file.`)
    throw error
  }
}
