import type { Diagnostic } from '../../contract/index.ts'
import type { FileMarks } from '../os/marks.ts'
import { buildConfiguration } from './build/configuration.ts'
import { withFileMarks } from './build/filemarks.ts'
import { checkConfiguration } from './checks/all.ts'
import { checkFleetFiles } from './checks/fleet.ts'
import { checkMachine } from './checks/machine.ts'
import { collectFiles, type ReadParts, readInSections, readJudged, readVariableFiles } from './files/collect.ts'
import { folderOf } from './files/disk.ts'
import { textReader } from './files/text.ts'
import type { Configuration } from './model.ts'
import { Problems } from './problems.ts'
import { rootSchema } from './schema/index.ts'
import { extendServices } from './settings/extend.ts'
import { givenVariables } from './settings/given.ts'
import { ConfigurationGlobals } from './settings/globals.ts'
import { checkLabels, liftServices, mergeSettings } from './settings/merge.ts'
import { applyOverrides, type Override, overridesOf } from './settings/overrides.ts'
import { type BlockSettings, emptySettings, type Recall, readSettings } from './settings/read.ts'
import { readAnew, recallIn } from './settings/recall.ts'
import { Source } from './syntax/source.ts'
import { Budget, noNames } from './values/scope.ts'

export interface LoadOptions {
  /** Files and folders, as the user gave them; later ones override earlier ones. */
  paths: readonly string[]
  /** The environment that `env:` values, `${env.…}` and `HXE_BLOCK__ATTRIBUTE` overrides are looked up in. */
  env: Readonly<Record<string, string | undefined>>
  /** Values from the command line; they win over everything. */
  flags?: readonly Override[]
  /** Values of variables from the command line; they win over those of files and of the environment. */
  variables?: Readonly<Record<string, string>>
  /** Files of `name = value` lines; later ones win. */
  variableFiles?: readonly string[]
  /** Texts in place of files, by path: what an editor holds, or what a change would write; null for a file taken away. */
  texts?: Readonly<Record<string, string | null>>
  /** What the fleet has this host run counts, too: the files in `fleet.d` of the configuration folder. */
  withFleet?: boolean
}

export interface LoadResult {
  /** Only when there is no error. */
  configuration?: Configuration
  /** By file, line and column. */
  diagnostics: Diagnostic[]
  /** Every file of it, those that cannot be read as well, in the order in which they count. */
  files: string[]
  /** What each file said, by its path; those that could not be read are not there. */
  texts: Record<string, string>
  /** The folder that names of files are relative to. */
  folder: string
  /** Everything on disk that this depended on: as long as none of it is another, a new load says the same. */
  inputs: FileMarks
}

/** The files of a configuration, each ready to be evaluated, and the variables and locals that they share. */
export async function openConfiguration(options: LoadOptions, problems: Problems, read: ReadParts = readJudged) {
  const { env } = options
  const { files, names, view } = await collectFiles(options, problems, read)
  const variableFiles = await readVariableFiles(options.variableFiles ?? [], problems, view)
  const given = givenVariables(env, variableFiles, options.variables ?? {}, problems)
  const budget = new Budget()
  const scoped = files.map(({ source: whole, parts, gaps, path, bundle }) => {
    const readText = textReader(path, view)
    const scopeOf = (source: Source) => ({ source, problems, env, names: noNames, budget, readText })
    return {
      source: whole,
      path,
      gaps,
      bundle,
      parts: parts.map(({ source, body }) => ({ body, scope: scopeOf(source) })),
    }
  })
  const parts = scoped.map((file) => file.parts)
  return { files: scoped, names, view, budget, globals: new ConfigurationGlobals(parts, given, problems) }
}

/** Reads, checks and merges a configuration. Everything that is wrong with any of its files is told at once. */
export async function loadConfiguration(options: LoadOptions): Promise<LoadResult> {
  // Where the work comes to an end depends on all that came before: what was read earlier would blur it.
  return (await load(options, readInSections, recallIn(options.env))) ?? (await loadAnew(options))
}

/** As `loadConfiguration`, with nothing that is known from an earlier load. */
export async function loadAnew(options: LoadOptions): Promise<LoadResult> {
  const result = await load(options, readJudged, readAnew)
  if (result === undefined) throw new Error('What is read anew has its result, whatever it takes.')
  return result
}

/** Undefined where something was recalled and the budget is used up. */
async function load(options: LoadOptions, read: ReadParts, recall: Recall): Promise<LoadResult | undefined> {
  const problems = new Problems()
  const { env } = options
  const { files: opened, names: files, globals, budget, view } = await openConfiguration(options, problems, read)
  const settings = opened.map(({ source, parts }) => {
    const scoped = parts.map(({ body, scope }) => ({ body, scope: { ...scope, globals } }))
    const file = liftServices(readSettings(scoped, rootSchema, { source, problems }, recall))
    checkLabels(file, problems)
    return file
  })
  const owned = opened.map(({ bundle, parts }) => ({
    bundle,
    parts: parts.map(({ body, scope }) => ({ body, source: scope.source })),
  }))
  checkFleetFiles(owned, problems)
  globals.finish()
  if (budget.isUsedUp && recall !== readAnew) return undefined
  const root = mergeSettings(settings) ?? emptyRoot()
  extendServices(root, problems)
  applyOverrides(root, overridesOf(env), 'environment', { problems, env })
  applyOverrides(root, options.flags ?? [], 'flag', { problems, env })
  const configuration = withFileMarks(buildConfiguration(root, { problems, env }), view, env)
  checkConfiguration(root, configuration, problems)
  checkMachine(root, configuration, { problems, env })
  problems.hide(globals.secrets())
  const diagnostics = problems.sorted(files)
  const folder = folderOf(options.paths)
  const texts: Record<string, string> = Object.create(null)
  for (const { path, source } of opened) texts[path] = source.mark + source.text
  return problems.hasErrors
    ? { diagnostics, files, texts, folder, inputs: view.inputs }
    : { configuration, diagnostics, files, texts, folder, inputs: view.inputs }
}

function emptyRoot(): BlockSettings {
  return emptySettings('', rootSchema, undefined, { source: new Source('', ''), start: 0, end: 0 })
}
