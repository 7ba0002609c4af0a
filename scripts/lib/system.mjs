import { existsSync, readdirSync } from 'node:fs'
import { SetupError, say, step } from './console.mjs'
import { run } from './run.mjs'

/** Debian's names for what the Electron runtime is linked to. */
export const electronLibraries = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libatk-bridge2.0-0',
  'libatspi2.0-0',
  'libcups2',
  'libxss1',
  'libnotify4',
]

/** Beside the libraries: a display and a session bus for the tests of the window, and what the fault suite injects with, and a browser. */
export const testPrograms = ['xvfb', 'xauth', 'dbus', 'dbus-x11', 'strace', 'libfaketime', 'chromium', 'nats-server']

const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }

// Since Debian 13 and Ubuntu 24.04 some of them carry this suffix.
const nameForms = (name) => [name, `${name}t64`]

async function installedAmong(names) {
  const format = '${Package} ${db:Status-Status}\n'
  const { stdout } = await run('dpkg-query', ['-W', '-f', format, ...names.flatMap(nameForms)], { env: environment })
  const lines = stdout.split('\n').map((line) => line.split(' '))
  return new Set(lines.filter(([, status]) => status === 'installed').map(([name]) => name))
}

async function missingAmong(names) {
  const installed = await installedAmong(names)
  return names.filter((name) => !nameForms(name).some((form) => installed.has(form)))
}

/** The form of each name that this release of Debian or Ubuntu can install. */
async function installable(names) {
  const { stdout } = await run('apt-cache', ['--names-only', 'pkgnames'], { env: environment })
  const known = new Set(stdout.split('\n'))
  return names.map((name) => (known.has(`${name}t64`) ? `${name}t64` : name))
}

const apt = (args) =>
  run('apt-get', ['-y', '-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0', ...args], { env: environment })

const hasPackageLists = () => {
  const folder = '/var/lib/apt/lists'
  return (
    existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('_Packages') || name.includes('_Packages.'))
  )
}

async function installAll(missing) {
  if (!hasPackageLists()) await apt(['update'])
  const install = async () => apt(['install', '--no-install-recommends', ...(await installable(missing))])
  const first = await install()
  if (first.code === 0) return
  // The lists may be older than what the archive still has.
  await apt(['update'])
  const second = await install()
  if (second.code !== 0)
    throw new SetupError(`apt-get could not install ${missing.join(' ')}:\n${second.stderr.trim()}`)
}

/** Names the shared libraries that a program lacks, where there is no dpkg to ask. */
async function warnOfMissingLibraries(executable) {
  const { stdout } = await run('ldd', [executable])
  const missing = stdout
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0])
  if (missing.length === 0) return
  throw new SetupError(
    `Electron lacks these shared libraries: ${missing.join(' ')}\nInstall the packages of your distribution that hold them, and run this again.`,
  )
}

/**
 * Installs the Debian packages among `names` that are missing, as root; otherwise says with which command to.
 * Elsewhere than on Debian and its kin only the libraries of `executable` can be looked at.
 */
export async function ensureSystem(names, executable) {
  if (process.platform !== 'linux') return
  if (!existsSync('/usr/bin/dpkg-query')) {
    if (executable) await warnOfMissingLibraries(executable)
    return
  }
  const missing = await missingAmong(names)
  if (missing.length === 0) return
  if (process.getuid() !== 0) {
    const packages = (await installable(missing)).join(' ')
    throw new SetupError(
      `System packages are missing. Run this, and then the same command again:\n\n  sudo apt-get install -y ${packages}`,
    )
  }
  say(`  system packages: ${missing.join(' ')}`)
  await step('system packages (apt-get)', async (progress) => {
    const timer = setInterval(() => progress('installing'), 500)
    await installAll(missing).finally(() => clearInterval(timer))
  })
}
