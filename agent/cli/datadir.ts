import { expandHome } from '../config/home.ts'
import { readConfigTexts } from './local.ts'
import type { Environment } from './world.ts'

/**
 * `agent.data_dir` of the configuration. Reading HCL takes a third of a second, every command would pay it, and nearly
 * every configuration says it plainly or not at all: that is seen by looking at the text. All else is read properly.
 */
export async function dataDirInConfiguration(paths: readonly string[], env: Environment): Promise<string | undefined> {
  if (env.HXE_AGENT__DATA_DIR) return env.HXE_AGENT__DATA_DIR
  const texts = await readConfigTexts(paths)
  const seen: Seen = texts ? lookForDataDir(texts) : { kind: 'unclear' }
  if (seen.kind !== 'unclear') return seen.kind === 'plain' ? expandHome(seen.path, env.HOME) : undefined
  const { loadConfiguration } = await import('../config/index.ts')
  const { configuration } = await loadConfiguration({ paths, env })
  return configuration?.agent.dataDir
}

type Seen = { kind: 'none' } | { kind: 'plain'; path: string } | { kind: 'unclear' }

const plainAssignment =
  /^[ \t]*agent[ \t]*\{(?:[^{}]|\{[^{}]*\})*\n[ \t]*data_dir[ \t]*=[ \t]*"([^"\\$%\n]*)"[ \t]*(?:#.*|\/\/.*)?$/m
const wholeLineComment = /^[ \t]*(?:#|\/\/).*$/gm

/** Whether the word stands in the texts once, as a plain assignment of an `agent` block, outside of comments and heredocs. */
export function lookForDataDir(texts: readonly string[]): Seen {
  const code = texts.map((text) => text.replaceAll('\r\n', '\n').replace(wholeLineComment, '')).join('\n')
  // Included files are found by reading the configuration.
  if (/\binclude\b/.test(code)) return { kind: 'unclear' }
  const count = code.split('data_dir').length - 1
  if (count === 0) return { kind: 'none' }
  const path = plainAssignment.exec(code)?.[1]
  if (count > 1 || path === undefined || /\/\*|<</.test(code) || path.includes('env:')) return { kind: 'unclear' }
  return { kind: 'plain', path }
}
