import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire, wrap } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { Script } from 'node:vm'

type Wrapped = (exports: unknown, require: NodeJS.Require, module: NodeJS.Module, path: string, folder: string) => void

const hashBytes = 32
const hashOf = (data: Buffer): Buffer => createHash('sha256').update(data).digest()

export interface Compiled {
  /** Keeps what V8 has compiled by now for the next start. Nothing is written where all of it was there already. */
  keep(): Promise<void>
  /** Files are read as they were before. */
  end(): void
}

/**
 * Reading the program is a quarter of a start, and most of that is compiling: V8 is given what it compiled in an
 * earlier start, as VS Code does with its own (`v8.Script.createCachedData`). V8 checks its version, its flags and the
 * length of the source, and compiles anew where they differ; that the data are whole is checked here. A chunk's name
 * changes with what is in it.
 *
 * @param chunks the folder of the program's parts that are loaded from now on
 * @param folder where what was compiled is kept; it must be only this user's to write
 */
export function withCompiled(chunks: string, folder: string): Compiled {
  const { extensions } = createRequire(import.meta.url)
  const compileAnew = extensions['.js']
  const before = extensions['.cjs']
  const scripts = new Map<string, { script: Script; isKept: boolean }>()
  extensions['.cjs'] = (module, path) => {
    if (dirname(path) !== chunks) return compileAnew(module, path)
    const name = `${basename(path)}.compiled`
    const cachedData = readKept(join(folder, name))
    const script = new Script(wrap(readFileSync(path, 'utf8')), { filename: path, ...(cachedData && { cachedData }) })
    scripts.set(name, { script, isKept: script.cachedDataRejected === false })
    const run = script.runInThisContext() as Wrapped
    run.call(module.exports, module.exports, createRequire(path), module, path, dirname(path))
  }
  return {
    async keep() {
      const fresh = [...scripts].filter(([, { isKept }]) => !isKept)
      if (fresh.length === 0) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      for (const [name, { script }] of fresh) await writeKept(join(folder, name), script.createCachedData())
      for (const name of await readdir(folder)) if (!scripts.has(name)) await rm(join(folder, name), { force: true })
    },
    end() {
      if (before) extensions['.cjs'] = before
      else delete extensions['.cjs']
    },
  }
}

/** Undefined where there is none, or where it is not what was written. */
function readKept(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path)
    const data = bytes.subarray(hashBytes)
    return hashOf(data).equals(bytes.subarray(0, hashBytes)) ? data : undefined
  } catch {
    // The first start of this version.
    return undefined
  }
}

/** In one step, so that a panel that starts meanwhile reads one that is whole. */
async function writeKept(path: string, data: Buffer): Promise<void> {
  const fresh = `${path}.${process.pid}`
  await writeFile(fresh, Buffer.concat([hashOf(data), data]), { mode: 0o600 })
  await rename(fresh, path)
}
