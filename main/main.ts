import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app } from 'electron'
// Not through the folder's index: that is much of the agent, and these are to load while it is read.
import { startAhead } from '../agent/os/workers.ts'
import { panelDir } from './instance.ts'
import { readOptions } from './options.ts'

// Root has no sandbox to give (crbug.com/638180): there Electron is started with --no-sandbox, and asking for one kills every child.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
app.setPath('userData', panelDir(app.getPath('userData'), readOptions(process.argv), process.env))
if (app.requestSingleInstanceLock()) {
  startAhead(['config', 'store', 'logs'])
  const { run } = await import('./desktop.ts')
  run(dirname(fileURLToPath(import.meta.url)))
} else {
  // The panel that is there gets what this was started for.
  app.exit(0)
}
