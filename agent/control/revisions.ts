import type { Revision } from '../../contract/index.ts'
import { correlated, type Trace } from '../trace.ts'
import type { Engine } from './engine.ts'

/** Notes what the files say from now on. */
export function noteRevision(
  engine: Engine,
  revision: Pick<Revision, 'revision' | 'kind' | 'text' | 'author'>,
  texts: Record<string, string>,
  trace: Trace,
): void {
  const at = new Date(engine.deps.clock.nowMs()).toISOString()
  engine.deps.store
    .addRevision({ ...revision, at, files: Object.keys(texts), texts })
    // The store says itself what is wrong with it; the configuration is in force all the same.
    .catch((error: unknown) =>
      engine.deps.log.warn({ error: String(error), ...correlated(trace) }, 'the history was not written'),
    )
}
