import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { app } from 'electron'
import type { PanelOptions } from './options.ts'

const readyWithinMs = 20_000

/** The command as the package carries it, with a Node of its own; in a checkout the Node that is there. */
function commandOf(distDir: string): [string, string] {
  if (!app.isPackaged) return ['node', join(distDir, 'cli.js')]
  const folder = join(process.resourcesPath, 'hxe')
  return [join(folder, process.platform === 'win32' ? 'node.exe' : 'node'), join(folder, 'dist', 'cli.js')]
}

/**
 * Leaves an agent behind that has no window: it takes the services over as they are. To be called when this process
 * holds the data directory no more. Resolves when the agent answers.
 */
export function leaveAgentBehind(
  distDir: string,
  { configPaths, dataDir, mode }: PanelOptions & { dataDir: string },
): Promise<void> {
  const [program, script] = commandOf(distDir)
  const config = configPaths.flatMap((path) => ['--config', resolve(path)])
  const inMode = mode === undefined ? [] : ['--mode', mode]
  const child = spawn(program, [script, 'agent', '--data-dir', dataDir, ...config, ...inMode], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return new Promise((done, reject) => {
    const give = (why: string): void => reject(new Error(`The agent without a window ${why}.`))
    const timer = setTimeout(() => give(`did not answer within ${readyWithinMs / 1000} s`), readyWithinMs)
    child.once('error', (error) => give(`could not be started: ${error.message}`))
    child.once('exit', (code) => give(`ended with code ${code}; ${join(dataDir, 'agent.log')} says why`))
    createInterface({ input: child.stdout }).once('line', () => {
      clearTimeout(timer)
      child.unref()
      done()
    })
  })
}
