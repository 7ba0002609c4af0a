import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { app } from 'electron'

/** Whether HXE starts when the person logs in: never unless they say so. */
export interface Login {
  isOn(): boolean
  set(on: boolean): Promise<void>
}

/** Starts in the tray, without a window. */
export const backgroundSwitch = '--background'

export function createLogin(argv: readonly string[]): Login {
  if (process.platform === 'linux') return autostart(autostartPath(process.env), argv)
  const [path = process.execPath, ...args] = argv
  return {
    isOn: () => app.getLoginItemSettings({ path, args }).openAtLogin,
    async set(on) {
      app.setLoginItemSettings({ openAtLogin: on, path, args })
    },
  }
}

function autostart(path: string, argv: readonly string[]): Login {
  return {
    isOn: () => existsSync(path),
    async set(on) {
      if (!on) return rm(path, { force: true })
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, desktopEntry(argv))
    },
  }
}

const autostartPath = (env: NodeJS.ProcessEnv): string =>
  join(
    env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(env.HOME ?? homedir(), '.config'),
    'autostart',
    'hxe-panel.desktop',
  )

export function desktopEntry(argv: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=HXE',
    'Comment=A control panel for everything a machine runs',
    `Exec=${argv.map(quoted).join(' ')}`,
    'Icon=hxe-panel',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')
}

/**
 * As the Desktop Entry Specification wants an argument: in quotes with four characters escaped, then once more as any
 * value of the file, and a percent sign doubled since one begins a field code.
 */
function quoted(argument: string): string {
  const inner = argument.replaceAll(/["`$\\]/g, '\\$&').replaceAll('%', '%%')
  return `"${inner.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}"`
}
