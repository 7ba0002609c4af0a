#!/usr/bin/env node
// npm run package: the app in release/, with the Electron runtime that is here. Without arguments what can be made
// without a network: the app's folder, and on Linux an archive of it. Arguments go on to electron-builder, whose other
// targets (--linux deb, --mac, --win) fetch tools of their own.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runMain, SetupError, say, step } from './lib/console.mjs'
import { readJson, root } from './lib/files.mjs'
import { run } from './lib/run.mjs'
import { ensureRuntime } from './lib/runtime.mjs'
import { ensureToolchain } from './lib/setup.mjs'

const release = join(root, 'release')
const builder = join(root, 'node_modules', 'electron-builder', 'cli.js')

async function build() {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
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

async function archive() {
  const { version } = readJson(join(root, 'package.json'))
  const name = `hxe-panel-${version}-linux-${process.arch}`
  const { code, stderr } = await run('tar', [
    '-czf',
    join(release, `${name}.tar.gz`),
    '-C',
    release,
    '--transform',
    `s,^linux-unpacked,${name},`,
    'linux-unpacked',
  ])
  if (code !== 0) throw new SetupError(`tar did not work: ${stderr.trim()}`)
  return join('release', `${name}.tar.gz`)
}

await runMain(async () => {
  const targets = process.argv.slice(2)
  await ensureToolchain()
  await build()
  await pack(targets.length > 0 ? targets : ['--dir'])
  if (targets.length === 0 && process.platform === 'linux') await step('archive', archive)
  say('The app is in release/.')
})
