import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app } from 'electron'
// Not through the folder's index: that is much of the agent, and these are to load while it is read.
import { startAhead } from '../agent/os/workers.ts'
import { Arrivals } from './arrivals.ts'
import { withCompiled } from './compiled.ts'
import { tuneOwnHeap, tunePageHeap } from './heap.ts'
import { panelDir } from './instance.ts'
import { readOptions } from './options.ts'
import { registerPanelScheme } from './panel.ts'

// Root has no sandbox to give (crbug.com/638180): there Electron is started with --no-sandbox, and asking for one kills every child.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
// Where there is no GPU the page is drawn in tiles, of 256 px by default: two dozen tasks for each frame that scrolls. As wide as a window, they are four.
app.commandLine.appendSwitch('default-tile-width', '1536')
tunePageHeap()
const ownDir = app.getPath('userData')
app.setPath('userData', panelDir(ownDir, readOptions(process.argv), process.env))
if (app.requestSingleInstanceLock()) {
  const distDir = dirname(fileURLToPath(import.meta.url))
  const arrivals = new Arrivals()
  arrivals.begin()
  registerPanelScheme()
  const compiled = withCompiled(join(distDir, 'chunks'), join(ownDir, 'compiled'))
  // Only now: Chromium still sets V8 up on the way there, which would not take what was compiled before.
  void app.whenReady().then(async () => {
    tuneOwnHeap()
    startAhead(['config', 'store', 'logs'])
    const { run } = await import('./desktop.ts')
    await run({ distDir, compiled, arrivals })
  })
} else {
  // The panel that is there gets what this was started for.
  app.exit(0)
}
