import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { app } from 'electron'
import type { Arrivals } from './arrivals.ts'
import type { Compiled } from './compiled.ts'
import { linkIn } from './links.ts'
import { backgroundSwitch, createLogin } from './login.ts'
import { readOptions } from './options.ts'
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

export interface Begun {
  distDir: string
  compiled: Compiled
  arrivals: Arrivals
}

/** The panel of its data directory; main.ts has seen to it that there is one, and that Electron is ready. */
export async function run({ distDir, compiled, arrivals }: Begun): Promise<void> {
  // On Linux the package's desktop entry says so; Electron would run xdg-settings and wait for it.
  if (app.isPackaged && process.platform !== 'linux') app.setAsDefaultProtocolClient('hxe', process.execPath, ['--'])
  const shell = new Shell({
    distDir,
    compiled,
    options,
    caller: { author: userInfo().username, role: 'admin' },
    preferences: openPreferences(join(app.getPath('userData'), 'preferences.json')),
    // What seals them is part of the agent: it is read when the window is on its way.
    edits: import('./edits.ts').then(({ openOwnEdits }) => openOwnEdits(app.getPath('userData'))),
    login: createLogin([...startCommand(), backgroundSwitch]),
    link: linkIn(process.argv),
    inBackground: process.argv.includes(backgroundSwitch),
  })
  arrivals.follow((link) => shell.openLink(link))
  app.on('activate', () => shell.show())
  app.on('window-all-closed', () => undefined)
  app.on('before-quit', (event) => {
    if (shell.hasEnded) return
    event.preventDefault()
    void shell.quit()
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void shell.quit())
  await shell.begin().catch((error: unknown) => shell.fail(error))
}
