import { dirname, isAbsolute, join } from 'node:path'
import type { ConfigStatus, Diagnostic } from '../../contract/index.ts'
import { type Caller, CoreError } from '../core.ts'
import { createFileAtomic, currentEnv, readTextFile, removeFile, statOf, writeFileAtomic } from '../os/index.ts'
import type { Engine } from './engine.ts'
import { reloadConfiguration } from './reload.ts'

/** A file of the configuration, or one to be. */
export interface Target {
  path: string
  /** Undefined where there is none yet. */
  before: string | undefined
}

/** Where a file of this name is. A configuration of files alone has no folder that new ones would be found in. */
export async function targetOf(engine: Engine, name: string): Promise<Target> {
  const isPlain = /^[^\\/\0:]{1,200}\.hcl$/.test(name) && !name.startsWith('.') && !isAbsolute(name)
  if (!isPlain) {
    const message = 'is not a name such as "services.hcl"'
    throw new CoreError('BAD_INPUT', `file: ${message}`, { errors: [{ path: 'file', message }] })
  }
  const { paths } = engine.deps.loadOptions
  const [first = '.'] = paths
  for (const path of paths) if ((await statOf(path))?.kind === 'directory') return withText(join(path, name))
  return withText(paths.find((path) => path === join(dirname(path), name)) ?? first)
}

async function withText(path: string): Promise<Target> {
  return { path, before: (await statOf(path)) === undefined ? undefined : await readTextFile(path) }
}

/** What is wrong with the whole configuration if the file had this text. */
export async function judge(engine: Engine, target: Target, text: string): Promise<Diagnostic[]> {
  const { configWorker, loadOptions } = engine.deps
  const options = { ...loadOptions, env: currentEnv(), texts: { [target.path]: text } }
  return (await configWorker.loadConfiguration(options)).diagnostics
}

/**
 * Writes a file of the configuration and loads it. Nothing is written where the configuration would have errors, and what
 * was written is taken back where loading it fails. @throws CONFLICT, CONFIG_INVALID
 */
export async function writeAndLoad(
  engine: Engine,
  target: Target,
  text: string,
  caller: Caller,
): Promise<ConfigStatus> {
  const errors = (await judge(engine, target, text)).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    throw new CoreError('CONFIG_INVALID', 'The configuration would have errors; nothing was written', { errors })
  }
  const now = await withText(target.path)
  if (now.before !== target.before) {
    throw new CoreError('CONFLICT', `${target.path} changed meanwhile; nothing was written. Try again.`, {
      reason: 'changed',
    })
  }
  await replace(target, text)
  try {
    return await reloadConfiguration(engine, caller)
  } catch (error) {
    if (target.before === undefined) await removeFile(target.path)
    else await replace(target, target.before)
    await reloadConfiguration(engine, caller).catch(() => undefined)
    throw error
  }
}

async function replace({ path, before }: Target, text: string): Promise<void> {
  if (before === undefined) await createFileAtomic(path, text)
  else await writeFileAtomic(path, text, { mode: (await statOf(path))?.mode ?? 0o600 })
}
