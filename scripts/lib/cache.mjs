import { accessSync, constants, mkdirSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { root } from './files.mjs'

function userCache() {
  const named = process.env.XDG_CACHE_HOME
  if (named && isAbsolute(named)) return named
  const home = homedir() || userInfo().homedir
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches')
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? join(home, 'AppData', 'Local')
  return join(home, '.cache')
}

/** Where downloads are kept for every checkout of this user; inside the checkout where there is no such place. */
export function cacheFolder() {
  const folder = join(userCache(), 'hxe')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
    return folder
  } catch {
    const fallback = join(root, 'node_modules', '.cache', 'hxe')
    mkdirSync(fallback, { recursive: true })
    return fallback
  }
}
