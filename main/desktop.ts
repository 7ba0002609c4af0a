import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { app } from 'electron'
import { openVault } from '../agent/secrets/index.ts'
import { openEdits } from './edits.ts'
import { linkIn } from './links.ts'
import { backgroundSwitch, createLogin } from './login.ts'
import { readOptions } from './options.ts'
import { registerPanelScheme } from './panel.ts'
import { openPreferences } from './preferences.ts'
import { Shell } from './shell.ts'

const options = readOptions(process.argv)

/** How the desktop is to start this panel again, with its own configuration and data. */
function startCommand(): string[] {
  const program = process.env.APPIMAGE ?? process.execPath
  const checkout = app.isPackaged ? [] : [app.getAppPath()]
  const sandbox = app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : []
  const config = options.configPaths.flatMap((path) => ['--config', resolve(path)])
  const data = options.dataDir === undefined ? [] : ['--data-dir', resolve(options.dataDir)]
  const mode = options.mode === undefined ? [] : ['--mode', options.mode]
  return [program, ...sandbox, ...checkout, ...config, ...data, ...mode]
}

/** The panel of its data directory; main.ts has seen to it that there is one. */
export function run(distDir: string): void {
  registerPanelScheme()
  // On Linux the package's desktop entry says so; Electron would run xdg-settings and wait for it.
  if (app.isPackaged && process.platform !== 'linux') app.setAsDefaultProtocolClient('hxe', process.execPath, ['--'])
  const shell = new Shell({
    distDir,
    options,
    caller: { author: userInfo().username, role: 'admin' },
    preferences: openPreferences(join(app.getPath('userData'), 'preferences.json')),
    edits: openEdits(join(app.getPath('userData'), 'edits.json'), openVault(app.getPath('userData'))),
    login: createLogin([...startCommand(), backgroundSwitch]),
    link: linkIn(process.argv),
    inBackground: process.argv.includes(backgroundSwitch),
  })
  app.on('second-instance', (_event, argv) => shell.openLink(linkIn(argv)))
  app.on('open-url', (event, url) => {
    event.preventDefault()
    shell.openLink(url)
  })
  app.on('activate', () => shell.show())
  app.on('window-all-closed', () => undefined)
  app.on('before-quit', (event) => {
    if (shell.hasEnded) return
    event.preventDefault()
    void shell.quit()
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void shell.quit())
  app
    .whenReady()
    .then(() => shell.begin())
    .catch((error: unknown) => shell.fail(error))
}
