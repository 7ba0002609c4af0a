import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from './console.mjs'
import { root } from './files.mjs'
import { ensureModules } from './modules.mjs'
import { run } from './run.mjs'
import { ensureRuntime } from './runtime.mjs'
import { electronLibraries, ensureSystem } from './system.mjs'

// What the build tools ask for; what they build runs from Node 20.18 on.
function ensureNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const isEnough = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
  if (!isEnough) throw new SetupError(`HXE is built with Node 20.19, 22.12 or later; this is ${process.versions.node}.`)
}

/** The packages that everything else needs. */
export async function ensureToolchain() {
  ensureNode()
  await ensureModules()
}

/** The Electron runtime and what it is linked to. */
export async function ensureElectron() {
  const runtime = await ensureRuntime()
  await ensureSystem(electronLibraries, runtime.executablePath)
  return runtime
}

/** Brings dist/ up to date; costs milliseconds when it is. */
export async function ensureBuild() {
  const { code } = await run(process.execPath, [join(root, 'scripts', 'build.mjs')], { show: true })
  if (code !== 0) throw new SetupError('The build did not work.')
}

/** Whether a window could be shown. */
export function hasDisplay() {
  if (process.platform !== 'linux') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

export const isBuilt = () => existsSync(join(root, 'dist', 'main.cjs'))
