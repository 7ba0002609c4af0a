import { basename } from 'node:path'
import { type Core, CoreError } from '../core.ts'
import type { ImportWorker } from '../import/index.ts'
import { currentEnv } from '../os/index.ts'
import type { Engine } from './engine.ts'
import { targetOf, writeAndLoad } from './write.ts'

/** Imports for the panel. What reads strange files is loaded only when somebody imports. */
export function openImports(engine: Engine): Core['import'] {
  let worker: ImportWorker | undefined
  const open = async () => {
    const parts = await import('../import/index.ts')
    worker ??= parts.openImportWorker(engine.deps.clock)
    return { ...parts, worker }
  }
  /** What a file or a folder has wrong is an answer for the person who chose it. */
  const asked = async <Result>(path: string, task: (parts: Awaited<ReturnType<typeof open>>) => Promise<Result>) => {
    const parts = await open()
    try {
      return await task(parts)
    } catch (error) {
      if (!(error instanceof parts.ImportError)) throw error
      throw new CoreError('BAD_INPUT', error.message, { errors: [{ path, message: error.message }] })
    }
  }
  return {
    find: (folder) => asked('folder', (parts) => parts.worker.find(folder)),
    preview: ({ folder, files, docker, run = [] }) =>
      asked('files', async (parts) => {
        const exported: Record<string, unknown> = Object.create(null)
        const { candidates } = run.length > 0 ? await parts.worker.find(folder) : { candidates: [] }
        for (const file of run) {
          // Only what was found to be code in this folder; a path that leads elsewhere is not run.
          if (!candidates.some((candidate) => candidate.code && candidate.file === file)) continue
          exported[file] = await parts.runForExports(folder, file, currentEnv())
        }
        const taken = [...engine.specs.keys()]
        const preview = await parts.worker.preview({ folder, files, taken, exported, ...(docker ? { docker } : {}) })
        return { ...preview, suggestedFile: await freeName(engine, basename(folder)) }
      }),
    write: async (file, hcl, caller) => {
      const target = await targetOf(engine, file)
      const exists = target.before !== undefined
      if (exists && basename(target.path) === file) {
        throw new CoreError(
          'CONFLICT',
          `${file} is there already and is not overwritten. Give the new file another name.`,
          { reason: 'file-exists' },
        )
      }
      const names = await namesIn(engine, target.path, hcl)
      const taken = names.filter((name) => engine.specs.has(name))
      if (taken.length > 0) {
        throw new CoreError(
          'CONFLICT',
          `There are services of these names already: ${taken.join(', ')}. Look again, and they get others.`,
          { reason: 'name-taken' },
        )
      }
      const text = exists ? `${target.before}\n${hcl}` : hcl
      const what = names.length === 1 ? names.join() : `${names.length} services`
      await writeAndLoad(engine, target, { text, why: `Imported ${what}` }, caller)
      return {
        file: target.path,
        services: names,
        diagnostics: engine.status.diagnostics.filter((found) => found.file === target.path),
      }
    },
  }
}

/** The services of a text by itself. @throws CONFIG_INVALID */
async function namesIn(engine: Engine, path: string, text: string): Promise<string[]> {
  const options = { paths: [path], texts: { [path]: text }, env: {} }
  const { configuration, diagnostics } = await engine.deps.configWorker.loadConfiguration(options)
  if (configuration) return [...configuration.services.keys()]
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  throw new CoreError('CONFIG_INVALID', 'This text has errors; nothing was written', { errors })
}

async function freeName(engine: Engine, wish: string): Promise<string> {
  const plain =
    wish
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40) || 'imported'
  for (let number = 1; ; number += 1) {
    const name = `${plain}${number === 1 ? '' : `-${number}`}.hcl`
    const target = await targetOf(engine, name)
    if (target.before === undefined || basename(target.path) !== name) return name
  }
}
