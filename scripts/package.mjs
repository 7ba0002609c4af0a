#!/usr/bin/env node
// npm run package: the app in release/, with the Electron runtime that is here. Without arguments what can be made
// without a network: the app's folder, and on Linux an archive of it and a Debian package.
//   --fast   what is built already, with the least compression: to try the packages, not to give them away
// Other arguments go on to electron-builder, whose targets (--mac, --win, --linux AppImage) fetch tools of their own.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runMain, SetupError, say, step } from './lib/console.mjs'
import { buildDeb } from './lib/deb.mjs'
import { readJson, root } from './lib/files.mjs'
import { run } from './lib/run.mjs'
import { ensureRuntime } from './lib/runtime.mjs'
import { ensureBuild, ensureToolchain } from './lib/setup.mjs'

const release = join(root, 'release')
const builder = join(root, 'node_modules', 'electron-builder', 'cli.js')

async function build(isFast) {
  if (isFast) return ensureBuild()
  rmSync(join(root, 'dist'), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  const { code } = await run(process.execPath, [join(root, 'scripts', 'build.mjs'), '--force'], { show: true })
  if (code !== 0) throw new SetupError('The build did not work.')
}

async function pack(targets) {
  const { dist } = await ensureRuntime()
  const electronVersion = readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '')
  const settings = [`-c.electronDist=${dist}`, `-c.electronVersion=${electronVersion}`]
  const { code } = await run(process.execPath, [builder, ...targets, ...settings], { show: true })
  if (code !== 0) throw new SetupError('electron-builder did not work.')
}

async function archive(version, level) {
  const name = `hxe-panel-${version}-linux-${process.arch}`
  const { code, stderr } = await run('tar', [
    `--use-compress-program=gzip -${level}`,
    ...['-cf', join(release, `${name}.tar.gz`), '-C', release],
    ...['--owner=0', '--group=0', '--transform', `s,^linux-unpacked,${name},`, 'linux-unpacked'],
  ])
  if (code !== 0) throw new SetupError(`tar did not work: ${stderr.trim()}`)
  return join('release', `${name}.tar.gz`)
}

async function packagesOfLinux(level) {
  const { version } = readJson(join(root, 'package.json'))
  const unpacked = join(release, 'linux-unpacked')
  await step('archive', () => archive(version, level))
  if (existsSync('/usr/bin/dpkg-deb'))
    await step('Debian package', () => buildDeb({ unpacked, release, version, level }))
}

await runMain(async () => {
  const words = process.argv.slice(2)
  const targets = words.filter((word) => word !== '--fast')
  await ensureToolchain()
  const isFast = words.includes('--fast')
  await build(isFast)
  await pack(targets.length > 0 ? targets : ['--dir'])
  if (targets.length === 0 && process.platform === 'linux') await packagesOfLinux(isFast ? 1 : 6)
  say('The app is in release/.')
})
