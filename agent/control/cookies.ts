import { createHash } from 'node:crypto'
import type { Engine } from './engine.ts'

/** What begins every cookie of an instance, so that its processes are known without a record. */
export function cookiePrefix(engine: Engine, instance: string): string {
  return `${engine.dataDirId}.${shortHash(instance, 10)}.`
}

/** The agent's own environment, less what is the agent's alone; worked out once for each configuration. */
export function serviceEnv(engine: Engine): Readonly<Record<string, string>> {
  const own = engine.configuration?.agentEnvNames ?? noNames
  if (engine.inherited?.without === own) return engine.inherited.env
  const env: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(engine.env))
    if (!name.startsWith('HXE_') && !own.includes(name)) env[name] = value
  engine.inherited = { without: own, env }
  return env
}

const noNames: readonly string[] = []

const shortHash = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length)

/** Marks every process of a data directory's services, so that any later agent on it finds them without a record. */
export const dataDirIdOf = (dataDir: string): string => shortHash(dataDir, 10)
