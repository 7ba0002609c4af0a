import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'

/** Where this user's programs keep what they can do without: `~/.cache/hxe` on Linux, the platform's own elsewhere. */
export function userCacheDir(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: () => string = homedir,
): string {
  if (platform === 'win32') {
    return win32.join(env.LOCALAPPDATA ?? win32.join(env.USERPROFILE ?? home(), 'AppData', 'Local'), 'hxe', 'Cache')
  }
  const own = env.HOME || home()
  if (platform === 'darwin') return posix.join(own, 'Library', 'Caches', 'hxe')
  const cache = env.XDG_CACHE_HOME?.startsWith('/') === true ? env.XDG_CACHE_HOME : posix.join(own, '.cache')
  return posix.join(cache, 'hxe')
}
