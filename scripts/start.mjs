#!/usr/bin/env node
// npm start: sets up what is missing, builds, and opens the panel; without a display, runs the agent and prints an
// address of its panel for a browser. Arguments (--config PATH, --data-dir DIR, --mode M) go on to either.
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { absolutePaths } from './lib/arguments.mjs'
import { runMain, say } from './lib/console.mjs'
import { root } from './lib/files.mjs'
import { startInForeground } from './lib/foreground.mjs'
import { launchArguments } from './lib/launch.mjs'
import { run } from './lib/run.mjs'
import { ensureBuild, ensureElectron, ensureToolchain, hasDisplay } from './lib/setup.mjs'

const cli = join(root, 'dist', 'cli.js')

async function openWindow(args) {
  const { executablePath } = await ensureElectron()
  await ensureBuild()
  say('  opening the panel')
  // Terminals inside Electron apps set this, and it would make a plain Node of ours.
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  await startInForeground(executablePath, [...launchArguments(), ...args], { stdio: 'inherit', env }).ended
}

/** A one-time address of the panel, from the agent that keeps this data directory; undefined if none answers. */
async function panelAddress(args) {
  const { code, stdout } = await run(process.execPath, [cli, 'open', '--print', ...args])
  return code === 0 ? stdout.trim() : undefined
}

async function printAddress(dataDir) {
  const address = await panelAddress(['--data-dir', dataDir])
  say('\nThe agent runs. Its panel, in a browser, by an address that is valid once and for five minutes:\n')
  console.log(address ?? `node ${cli} open --print --data-dir ${dataDir}`)
  say(`\nAnother address: node ${cli} open --print --data-dir ${dataDir}. Ctrl-C ends the agent.`)
}

async function runHeadless(args) {
  await ensureBuild()
  say('  no display: starting the agent without a window')
  const { child, ended } = startInForeground(process.execPath, [cli, 'agent', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  createInterface({ input: child.stdout }).once('line', (line) => printAddress(JSON.parse(line).dataDir))
  await ended
}

await runMain(async () => {
  say('HXE: setting up')
  const args = absolutePaths(process.argv.slice(2))
  await ensureToolchain()
  await (hasDisplay() ? openWindow(args) : runHeadless(args))
})
