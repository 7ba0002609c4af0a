import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, type BrowserWindow, dialog } from 'electron'
import { type RunningAgent, runAgent } from '../agent/app.ts'
import { servePort } from '../agent/server/index.ts'
import { readOptions } from './options.ts'
import { registerPanelScheme, servePanel } from './panel.ts'
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
  void running.closed.then((code) => {
    ended = true
    app.exit(code)
  })
  showWindow()
}

app.enableSandbox()
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
