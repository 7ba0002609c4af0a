import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
// Not through the folder's index: that is much of the agent, and these are to load while it is read.
import { startAhead } from '../agent/os/workers.ts'

startAhead(['config', 'store', 'logs'])
const { start } = await import('./desktop.ts')
start(dirname(fileURLToPath(import.meta.url)))
