import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openPromise } from 'yauzl'

/**
 * Unpacks what `rename` gives a name to (a path relative to `folder`; undefined leaves an entry out). Names that lead
 * out of the folder are refused by yauzl.
 */
export async function unzip(archive, folder, rename, onBytes = () => {}) {
  const zip = await openPromise(archive)
  let bytes = 0
  for await (const entry of zip.eachEntry()) {
    const name = rename(entry.fileName)
    if (name === undefined || entry.fileName.endsWith('/')) continue
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    const mode = (entry.externalFileAttributes >>> 16) & 0o777
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path, { mode: mode || 0o644 }))
    bytes += entry.uncompressedSize
    onBytes(bytes)
  }
}
