import { dirname, resolve } from 'node:path'
import { type FolderView, noteFile } from '../files/disk.ts'
import { expandHome } from '../home.ts'
import type { CommandSpec, Configuration, LateText, ServiceSpec } from '../model.ts'
import { markedWith } from './fingerprint.ts'

type Env = Readonly<Record<string, string | undefined>>
type Marks = ReadonlyMap<string, string | null>

/**
 * Takes in what the files say that services get values from, by `env_file` and `"file:PATH"`: a service whose file says
 * something else runs with the old values until it restarts.
 */
export function withFileMarks(configuration: Configuration, view: FolderView, env: Env): Configuration {
  const services = new Map<string, ServiceSpec>()
  for (const [name, spec] of configuration.services) {
    const marksOf = (texts: readonly LateText[]): Marks =>
      new Map(filesIn(texts, spec, env).map((path) => [path, noteFile(path, view)]))
    const envFiles = spec.envFiles.flatMap((file) => pathOf(file, spec, env) ?? [])
    const run = new Map([
      ...envFiles.map((path) => [path, noteFile(path, view)] as const),
      ...marksOf([...neededToRun(spec), ...spec.envFiles]),
    ])
    const fileMarks = new Map([...run, ...marksOf(neededBeside(spec))])
    services.set(name, fileMarks.size === 0 ? spec : { ...spec, fileMarks, ...markedWith(spec, run, fileMarks) })
  }
  return { ...configuration, services }
}

const wordsOf = (command: CommandSpec | undefined): readonly LateText[] => command?.argv ?? []

/** Values that its process has been started with. */
function neededToRun(spec: ServiceSpec): LateText[] {
  const single = [spec.workingDir, spec.user, spec.group].filter((text) => text !== undefined)
  return [...wordsOf(spec.command), ...single, ...spec.environment.values()]
}

/** Values that are looked up when their time has come. */
function neededBeside({ stop, reload, hooks, watch }: ServiceSpec): LateText[] {
  const hookCommands = [hooks.preStart, hooks.postStart, hooks.postStop].flat().flatMap(({ command }) => command.argv)
  return [...wordsOf(stop.command), ...wordsOf(reload?.command), ...hookCommands, ...(watch?.paths ?? [])]
}

function filesIn(texts: readonly LateText[], spec: ServiceSpec, env: Env): string[] {
  return texts.flatMap(({ parts }) =>
    parts.flatMap((part) => (typeof part === 'object' && part.from === 'file' ? placeOf(part.path, spec, env) : [])),
  )
}

/** Where the file is, or `undefined` where only a start can tell. */
function pathOf(file: LateText, spec: ServiceSpec, env: Env): string | undefined {
  let text = ''
  for (const part of file.parts) {
    const known = typeof part === 'string' ? part : part.from === 'env' ? (env[part.name] ?? part.fallback) : undefined
    if (known === undefined) return undefined
    text += known
  }
  return placeOf(text, spec, env)
}

const placeOf = (path: string, spec: ServiceSpec, env: Env): string =>
  resolve(dirname(spec.range.file), expandHome(path, env.HOME))
