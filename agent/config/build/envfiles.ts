import { dirname, resolve } from 'node:path'
import { type FolderView, noteFile } from '../files/disk.ts'
import { expandHome } from '../home.ts'
import type { Configuration, LateText, ServiceSpec } from '../model.ts'
import { markedWith } from './fingerprint.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Takes in what the services' env files say: a service whose file says something else runs with the old values until it restarts. */
export function withEnvFiles(configuration: Configuration, view: FolderView, env: Env): Configuration {
  const services = new Map<string, ServiceSpec>()
  for (const [name, spec] of configuration.services) {
    const paths = spec.envFiles.flatMap((file) => pathOf(file, spec, env) ?? [])
    const marks = new Map(paths.map((path) => [path, noteFile(path, view)]))
    services.set(name, marks.size === 0 ? spec : { ...spec, envFileMarks: marks, ...markedWith(spec, marks) })
  }
  return { ...configuration, services }
}

/** Where the file is, or `undefined` where only a start can tell. */
function pathOf(file: LateText, spec: ServiceSpec, env: Env): string | undefined {
  let text = ''
  for (const part of file.parts) {
    const known = typeof part === 'string' ? part : part.from === 'env' ? (env[part.name] ?? part.fallback) : undefined
    if (known === undefined) return undefined
    text += known
  }
  return resolve(dirname(spec.range.file), expandHome(text, env.HOME))
}
