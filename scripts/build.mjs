#!/usr/bin/env node
// npm run build: dist/ from the sources. A side whose inputs have not changed since is left alone; --force builds all.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildNode, buildRenderer } from './lib/bundle.mjs'
import { fingerprint, readJson, root, withLock } from './lib/files.mjs'

const dist = join(root, 'dist')
const common = ['contract', 'package.json', 'package-lock.json', 'tsconfig.json', 'scripts/lib']
const sides = [
  { name: 'agent and main process', key: 'node', inputs: [...common, 'agent', 'main'], output: 'wasm', run: buildNode },
  { name: 'panel', key: 'renderer', inputs: [...common, 'renderer', 'assets'], output: 'renderer', run: buildRenderer },
]

async function buildAll(force) {
  mkdirSync(dist, { recursive: true })
  const recordPath = join(dist, '.build.json')
  const record = readJson(recordPath) ?? {}
  for (const { name, key, inputs, output, run } of sides) {
    const state = fingerprint(inputs)
    if (!force && record[key] === state && existsSync(join(dist, output))) {
      console.error(`build: ${name}: nothing changed`)
      continue
    }
    const startedAt = performance.now()
    await run(dist)
    record[key] = state
    writeFileSync(recordPath, JSON.stringify(record))
    console.error(`build: ${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
  }
}

await withLock(
  join(dist, '.lock'),
  () => buildAll(process.argv.includes('--force')),
  (pid) => console.error(`build: waiting for the build that process ${pid} runs`),
)
