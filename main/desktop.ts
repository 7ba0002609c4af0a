import { execa } from 'execa'

const watcher = 'org.kde.StatusNotifierWatcher'
const hostProperty = 'IsStatusNotifierHostRegistered'
const queries: readonly (readonly [string, ...string[]])[] = [
  [
    'gdbus',
    ...['call', '--session', '--timeout', '2', '--dest', watcher, '--object-path', '/StatusNotifierWatcher'],
    ...['--method', 'org.freedesktop.DBus.Properties.Get', watcher, hostProperty],
  ],
  [
    'dbus-send',
    ...['--session', '--print-reply', '--reply-timeout=2000', `--dest=${watcher}`, '/StatusNotifierWatcher'],
    ...['org.freedesktop.DBus.Properties.Get', `string:${watcher}`, `string:${hostProperty}`],
  ],
]

/**
 * Whether somebody shows a tray icon here. On Linux a host on the session bus does, or nobody; Electron does not say
 * which, and a hidden window without an icon cannot be brought back.
 */
export async function hasTray(platform: NodeJS.Platform): Promise<boolean> {
  if (platform !== 'linux') return true
  for (const [program, ...args] of queries) {
    const { stdout, exitCode } = await execa(program, args, { reject: false, timeout: 3_000 })
    // Without an exit code the program is not there: the next may be.
    if (exitCode !== undefined) return exitCode === 0 && /\btrue\b/.test(stdout)
  }
  return false
}
