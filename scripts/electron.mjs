#!/usr/bin/env node
// Sets up the Electron runtime where need be. With --print, the last line on stdout is
// { "executablePath": …, "args": […] }, with which Playwright's _electron.launch opens the built panel.
import { runMain } from './lib/console.mjs'
import { launchArguments } from './lib/launch.mjs'
import { ensureBuild, ensureElectron, ensureToolchain, isBuilt } from './lib/setup.mjs'

await runMain(async () => {
  await ensureToolchain()
  const { executablePath } = await ensureElectron()
  if (!isBuilt()) await ensureBuild()
  if (process.argv.includes('--print')) console.log(JSON.stringify({ executablePath, args: launchArguments() }))
  else console.error(executablePath)
})
