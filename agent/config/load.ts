import type { Diagnostic } from '../../contract/index.ts'
import { buildConfiguration } from './build/configuration.ts'
import { checkConfiguration } from './checks/all.ts'
import { checkMachine } from './checks/machine.ts'
import { collectFiles } from './files/collect.ts'
import type { Configuration } from './model.ts'
import { Problems } from './problems.ts'
import { rootSchema } from './schema.ts'
import { checkLabels, liftServices, mergeSettings } from './settings/merge.ts'
import { applyOverrides, type Override, overridesOf } from './settings/overrides.ts'
import { type BlockSettings, readSettings } from './settings/read.ts'
import { Source } from './syntax/source.ts'

export interface LoadOptions {
  /** Files and folders, as the user gave them; later ones override earlier ones. */
  paths: readonly string[]
  /** The environment that `env:` values, `${env.…}` and `HXE_BLOCK__ATTRIBUTE` overrides are looked up in. */
  env: Readonly<Record<string, string | undefined>>
  /** Values from the command line; they win over everything. */
  flags?: readonly Override[]
  /** Texts in place of files, by path: what an editor holds, or what a change would write. */
  texts?: Readonly<Record<string, string>>
}

export interface LoadResult {
  /** Only when there is no error. */
  configuration?: Configuration
  /** By file, line and column. */
  diagnostics: Diagnostic[]
  /** Every file of it, those that cannot be read as well, in the order in which they count. */
  files: string[]
}

/** Reads, checks and merges a configuration. Everything that is wrong with any of its files is told at once. */
export async function loadConfiguration(options: LoadOptions): Promise<LoadResult> {
  const problems = new Problems()
  const { env } = options
  const { files: read, names: files } = await collectFiles(options.paths, options.texts ?? {}, problems)
  const settings = read.map(({ source, body }) => {
    const file = liftServices(readSettings(body, rootSchema, { source, problems, env }))
    checkLabels(file, problems)
    return file
  })
  const root = mergeSettings(settings) ?? emptyRoot()
  applyOverrides(root, overridesOf(env), 'environment', { problems, env })
  applyOverrides(root, options.flags ?? [], 'flag', { problems, env })
  const configuration = buildConfiguration(root, { problems, env })
  checkConfiguration(root, configuration, problems)
  checkMachine(root, configuration, { problems, env })
  const diagnostics = problems.sorted(files)
  return problems.hasErrors ? { diagnostics, files } : { configuration, diagnostics, files }
}

function emptyRoot(): BlockSettings {
  const place = { source: new Source('', ''), start: 0, end: 0 }
  return {
    type: '',
    schema: rootSchema,
    label: undefined,
    place,
    attributes: new Map(),
    blocks: new Map(),
    complete: true,
  }
}
