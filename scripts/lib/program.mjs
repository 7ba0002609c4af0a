import { join } from 'node:path'
import { root } from './files.mjs'
import { startInForeground } from './foreground.mjs'
import { ensureBuild, ensureToolchain } from './setup.mjs'

/** Builds HXE and then runs a TypeScript program of this repository, with this script's arguments. */
export async function runProgram(source) {
  await ensureToolchain()
  await ensureBuild()
  const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs')
  await startInForeground(process.execPath, [tsx, join(root, source), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  }).ended
}
