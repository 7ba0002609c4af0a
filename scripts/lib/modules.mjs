import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError, say, step } from './console.mjs'
import { hashFile, readJson, root, withLock } from './files.mjs'
import { npm } from './run.mjs'

const modules = join(root, 'node_modules')
const lockfile = join(root, 'package-lock.json')
// The hash of the lockfile whose packages were found, or put, in node_modules.
const marker = join(modules, '.hxe-lock')

const packagesOf = (path) => Object.entries(readJson(path)?.packages ?? {}).filter(([name]) => name !== '')

/** Whether npm's own record of what is in node_modules has every package of the lockfile, in its version. */
function matchesLockfile() {
  const installed = new Map(packagesOf(join(modules, '.package-lock.json')))
  return packagesOf(lockfile).every(
    ([name, { version, optional, devOptional }]) =>
      installed.get(name)?.version === version || ((optional || devOptional) && !installed.has(name)),
  )
}

function areCurrent() {
  if (!existsSync(modules)) return false
  const hash = hashFile(lockfile)
  if (readJson(marker)?.lockfile === hash) return true
  if (!matchesLockfile()) return false
  writeFileSync(marker, JSON.stringify({ lockfile: hash }))
  return true
}

async function install(progress) {
  const show = () => progress(`${existsSync(modules) ? readdirSync(modules).length : 0} folders`)
  const timer = setInterval(show, 500)
  // Download scripts of packages stay off (.npmrc): what needs one is set up by a step of its own.
  const { code, stderr } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  clearInterval(timer)
  if (code !== 0)
    throw new SetupError(`npm ci did not work:\n${stderr.trim()}\n\nIt needs a network that reaches the npm registry.`)
  writeFileSync(marker, JSON.stringify({ lockfile: hashFile(lockfile) }))
}

/** Installs the packages of the lockfile, unless they are there already. */
export async function ensureModules() {
  if (areCurrent()) return
  await withLock(
    join(root, 'dist', '.modules.lock'),
    async () => {
      if (!areCurrent()) await step('packages (npm ci)', install)
    },
    (pid) => say(`  packages: process ${pid} is installing them, waiting`),
  )
}
