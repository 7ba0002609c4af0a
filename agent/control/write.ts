import { dirname, isAbsolute, join } from 'node:path'
import type { Diagnostic } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import type { LoadResult } from '../config/index.ts'
import { CoreError } from '../core.ts'
import { readTextFile, statOf } from '../os/index.ts'
import { applyConfiguration } from './apply.ts'
import { type Engine, loadOptionsOf } from './engine.ts'
import type { Trial } from './plan.ts'

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
  return (await tryText(engine, target, text)).diagnostics
}

function tryText(engine: Engine, { path }: Target, text: string): Promise<LoadResult> {
  return engine.deps.configWorker.loadConfiguration({ ...loadOptionsOf(engine), texts: { [path]: text } })
}

/**
 * Writes a file of the configuration and loads it, as one change of its own in the history; `why` is what is said of it
 * there. Nothing is written where the configuration would have errors. @throws CONFLICT, CONFIG_INVALID
 */
export async function writeAndLoad(
  engine: Engine,
  target: Target,
  change: { text: string; why: string },
  caller: Caller,
): Promise<void> {
  const attempt = async (): Promise<Trial> => {
    if ((await withText(target.path)).before !== target.before) {
      throw new CoreError('CONFLICT', `${target.path} changed meanwhile; nothing was written. Try again.`, {
        reason: 'changed',
      })
    }
    return { ...(await tryText(engine, target, change.text)), written: { [target.path]: change.text } }
  }
  // Nobody waits for what it starts: whoever asked sees that come.
  const request = { attempt, timeoutMs: 0, watchMs: 0, kind: 'apply', text: change.why } as const
  await applyConfiguration(engine, request, caller)
}
