import { isAbsolute, relative, sep } from 'node:path'
import type { ConfigApplied, ConfigFiles, RevisionDetail } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { fleetFolderName } from '../config/index.ts'
import { CoreError } from '../core.ts'
import { SealError } from '../secrets/index.ts'
import { applyConfiguration } from './apply.ts'
import type { Engine } from './engine.ts'
import { tryFiles } from './plan.ts'

/** @throws NOT_FOUND for an entry that is not, or no longer, kept whole; UNAVAILABLE for one that cannot be opened */
export async function revisionOf(engine: Engine, revision: number): Promise<RevisionDetail> {
  const found = await storedRevision(engine, revision)
  if (found) return found
  throw new CoreError('NOT_FOUND', `There is no revision ${revision} in the history; hxe config history lists them`)
}

function storedRevision(engine: Engine, revision: number): Promise<RevisionDetail | undefined> {
  return engine.deps.store.revision(revision).catch((error: unknown) => {
    if (!(error instanceof SealError)) throw error
    throw new CoreError('UNAVAILABLE', `Revision ${revision} cannot be read. ${error.message}`, { part: 'history' })
  })
}

/** Makes the files say again what they said in an earlier revision; those that came later are taken away. */
export async function rollBack(
  engine: Engine,
  { revision, timeoutMs }: { revision: number; timeoutMs: number },
  caller: Caller,
): Promise<ConfigApplied> {
  const { texts } = await revisionOf(engine, revision)
  const latest = await storedRevision(engine, engine.status.revision)
  const files: ConfigFiles = {}
  const put = (path: string, text: string | null): void => {
    const name = nameOf(engine, path)
    // What the fleet has written is the fleet's to take back.
    if (!name.startsWith(`${fleetFolderName}/`)) files[name] = text
  }
  for (const path of Object.keys(latest?.texts ?? {})) if (!(path in texts)) put(path, null)
  for (const [path, text] of Object.entries(texts)) put(path, text)
  const text = `Back to revision ${revision}`
  const attempt = () => tryFiles(engine, files)
  return applyConfiguration(engine, { attempt, timeoutMs, watchMs: 0, kind: 'rollback', text }, caller)
}

/** The name in the configuration folder. @throws CONFLICT for a file that is elsewhere */
function nameOf(engine: Engine, path: string): string {
  const { folder } = engine
  const name = relative(folder, path)
  if (!name.startsWith('..') && !isAbsolute(name)) return name.split(sep).join('/')
  const text = `${path} is not in the configuration folder ${folder}; put it back yourself`
  throw new CoreError('CONFLICT', text, { reason: 'outside' })
}
