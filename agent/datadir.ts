import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'

/** The data directory where nothing names one: `~/.local/share/hxe` on Linux, `/var/lib/hxe` for root, the platform's own elsewhere. */
export function defaultDataDir(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  uid: number | undefined,
): string {
  if (platform === 'win32') {
    return win32.join(env.LOCALAPPDATA ?? win32.join(env.USERPROFILE ?? 'C:\\', 'AppData', 'Local'), 'hxe')
  }
  if (uid === 0) return '/var/lib/hxe'
  const home = env.HOME ?? homedir()
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'hxe', 'data')
  const data = env.XDG_DATA_HOME?.startsWith('/') === true ? env.XDG_DATA_HOME : posix.join(home, '.local', 'share')
  return posix.join(data, 'hxe')
}
