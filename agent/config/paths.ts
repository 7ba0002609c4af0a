/**
 * Where the configuration is, and what a first run finds there. Worker-side where it touches files: it uses node:fs
 * directly, once, before anything else can happen.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, posix, win32 } from 'node:path'

/**
 * The files and folders of the configuration where the command line names none: `HXE_CONFIG`, else the platform's folder
 * (`~/.config/hxe` on Linux, `/etc/hxe` for root).
 */
export function defaultConfigPaths(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  uid: number | undefined,
): string[] {
  const path = platform === 'win32' ? win32 : posix
  const given = (env.HXE_CONFIG ?? '').split(path.delimiter).filter((part) => part !== '')
  if (given.length > 0) return given
  if (platform === 'win32') {
    return [win32.join(env.APPDATA ?? win32.join(env.USERPROFILE ?? 'C:\\', 'AppData', 'Roaming'), 'hxe')]
  }
  if (uid === 0) return ['/etc/hxe']
  const home = env.HOME ?? '/'
  if (platform === 'darwin') return [posix.join(home, 'Library', 'Application Support', 'hxe')]
  // The specification of XDG says that a relative path there is to be ignored.
  const config = env.XDG_CONFIG_HOME?.startsWith('/') === true ? env.XDG_CONFIG_HOME : posix.join(home, '.config')
  return [posix.join(config, 'hxe')]
}

/** Fills a folder that is not there or has nothing in it with the starter set; the files that it made. */
export function createStarterIfEmpty(folder: string, starter: string): string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (readdirSync(folder).length > 0) return []
  const names = readdirSync(starter).filter((name) => name.endsWith('.hcl'))
  return names.map((name) => {
    const path = join(folder, name)
    // Never over anything that appeared meanwhile, be it a link.
    writeFileSync(path, readFileSync(join(starter, name)), { flag: 'wx', mode: 0o600 })
    return path
  })
}
