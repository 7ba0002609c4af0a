import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import type { AgentOptions } from '../agent/app.ts'

/**
 * Where Chromium keeps what it keeps for this panel. Its lock makes the panel the only one there, so each data
 * directory (or, where the configuration names that, each configuration) has a folder of its own.
 */
export function panelDir(
  base: string,
  { configPaths, dataDir }: Pick<AgentOptions, 'configPaths' | 'dataDir'>,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const chosen = dataDir ?? env.HXE_DATA_DIR
  const key = chosen === undefined ? configPaths.map((path) => resolve(path)).join('\n') : resolve(chosen)
  if (key === '') return base
  return join(base, 'panels', createHash('sha256').update(key).digest('hex').slice(0, 16))
}
