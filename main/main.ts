import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, type BrowserWindow, dialog } from 'electron'
import { type RunningAgent, runAgent } from '../agent/app.ts'
import { servePort } from '../agent/server/index.ts'
import { panelOrigin } from './address.ts'
import { readOptions } from './options.ts'
import { registerPanelScheme, servePanel } from './panel.ts'
import { followTray } from './tray.ts'
import { answerPanel, denyPermissions, openWindow } from './window.ts'

const distDir = dirname(fileURLToPath(import.meta.url))
const options = readOptions(process.argv)
let agent: RunningAgent | undefined
let window: BrowserWindow | undefined
let ended = false

function showWindow(): void {
  if (!window || window.isDestroyed()) window = openWindow(distDir, () => ended)
  window.show()
  window.focus()
}

async function begin(): Promise<void> {
  denyPermissions()
  servePanel(join(distDir, 'renderer'))
  const running = await runAgent({ ...options, handleSignals: false, stderr: false })
  agent = running
  const caller = { author: userInfo().username, role: 'admin' as const }
  answerPanel((port) => servePort(running.router, port, caller))
  const closing = new AbortController()
  const act = (name: string, verb: 'start' | 'stop' | 'restart'): void => {
    running.core.act(name, verb, caller).catch((error: unknown) => {
      dialog.showErrorBox(`${name}: ${verb} was refused`, error instanceof Error ? error.message : String(error))
    })
  }
  const actions = {
    act,
    actAll: (verb: 'start' | 'stop') => {
      for (const { name } of running.core.listServices()) act(name, verb)
    },
    open: (path?: string) => {
      showWindow()
      if (path) void window?.loadURL(`${panelOrigin}${path}`)
    },
    quit: (services: 'stop' | 'keep') => void running.stop(services),
  }
  followTray(running.core, join(distDir, '..', 'assets'), actions, closing.signal).catch((error: unknown) => {
    if (!closing.signal.aborted) console.error('The tray ended:', error)
  })
  void running.closed.then((code) => {
    closing.abort()
    ended = true
    app.exit(code)
  })
  showWindow()
}

// Root has no sandbox to give (crbug.com/638180): there Electron is started with --no-sandbox, and asking for one kills every child.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
registerPanelScheme()
app.on('activate', showWindow)
app.on('window-all-closed', () => undefined)
app.on('before-quit', (event) => {
  if (ended || !agent) return
  event.preventDefault()
  void agent.stop()
})
app
  .whenReady()
  .then(begin)
  .catch((error: unknown) => {
    dialog.showErrorBox('HXE cannot start', error instanceof Error ? error.message : String(error))
    app.exit(1)
  })
