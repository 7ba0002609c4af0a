import { join } from 'node:path'
import { FileError, listDir, readSecretFile, readTextFile, statOf } from '../os/files.ts'
import { CliError, exitCodes } from './exit.ts'

/** One of the agent's private files; undefined when it is not there. @throws {CliError} when it is not this user's to read */
export function readOwnFile(path: string): string | undefined {
  try {
    return readSecretFile(path)?.toString('utf8')
  } catch (error) {
    const isForeign = error instanceof FileError && error.code === 'FOREIGN'
    if (error instanceof FileError && !isForeign) {
      throw new CliError(exitCodes.failed, `${error.message}.`, { cause: error })
    }
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOTDIR') return undefined
    if (!isForeign && code !== 'EACCES' && code !== 'EPERM') {
      throw new CliError(exitCodes.failed, `${path} cannot be read (${code}).`, { cause: error })
    }
    throw new CliError(exitCodes.notPermitted, `${path} belongs to another user.`, {
      hint: 'Run this as the user who runs the agent, or give --url and --token.',
      cause: error,
    })
  }
}

/** Signal 0 reaches nobody; it only asks. A process of another user is alive too. */
export function isProcessAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The texts of a configuration's own files; undefined when one cannot be read, for the loader to say what is wrong. */
export async function readConfigTexts(paths: readonly string[]): Promise<string[] | undefined> {
  try {
    const files = await Promise.all(paths.map(filesOf))
    return await Promise.all(files.flat().map((file) => readTextFile(file)))
  } catch {
    return undefined
  }
}

async function filesOf(path: string): Promise<string[]> {
  const stat = await statOf(path)
  if (!stat) return []
  if (stat.kind !== 'directory') return [path]
  const entries = await listDir(path)
  return entries.filter(({ name }) => name.endsWith('.hcl')).map(({ name }) => join(path, name))
}
