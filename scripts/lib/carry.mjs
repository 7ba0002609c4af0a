import { copyFileSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { extractAll } from '@electron/asar'
import { say } from './console.mjs'

/** A Node that carries all of itself; a smaller one is linked with libraries of its distribution. */
const wholeNodeBytes = 40_000_000

const launcher = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/node" "$here/dist/cli.js" "$@"
`
const windowsLauncher = '@"%~dp0node.exe" "%~dp0dist\\cli.js" %*\r\n'

/**
 * The `hxe` command beside the app, with a Node of its own: the shipped Electron is no Node (its fuse is off), and the
 * agent that stays after Quit runs without a window. It takes what is in the app's archive.
 */
export function addCommand(resources) {
  if (statSync(process.execPath).size < wholeNodeBytes) {
    say(`  ${process.execPath} needs libraries beside it, so the package has no hxe command: use a Node of nodejs.org`)
    return
  }
  const folder = join(resources, 'hxe')
  const isWindows = process.platform === 'win32'
  extractAll(join(resources, 'app.asar'), folder)
  for (const ofWindow of ['assets', 'dist/main.cjs', 'dist/preload.cjs'])
    rmSync(join(folder, ofWindow), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  copyFileSync(process.execPath, join(folder, isWindows ? 'node.exe' : 'node'))
  const licence = join(dirname(process.execPath), '..', 'LICENSE')
  if (existsSync(licence)) copyFileSync(licence, join(folder, 'LICENSE.node.txt'))
  writeFileSync(join(folder, isWindows ? 'hxe.cmd' : 'hxe'), isWindows ? windowsLauncher : launcher, { mode: 0o755 })
}
