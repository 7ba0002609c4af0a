#!/usr/bin/env node
// npm run build: dist/ from the sources. A side whose inputs have not changed since is left alone.
//   --force         build all
//   --only NAME…    just these entries of the node side, for example workers/config
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildNode, buildRenderer } from './lib/bundle.mjs'
import { fingerprint, readJson, root, withLock } from './lib/files.mjs'

const dist = join(root, 'dist')
const common = ['contract', 'package.json', 'package-lock.json', 'tsconfig.json', 'scripts/lib']
const sides = [
  {
    name: 'agent and main process',
    key: 'node',
    inputs: [...common, 'agent', 'main', 'configs'],
    output: 'wasm',
    run: buildNode,
  },
  { name: 'panel', key: 'renderer', inputs: [...common, 'renderer', 'assets'], output: 'renderer', run: buildRenderer },
]

const recordPath = join(dist, '.build.json')

function record(key, state) {
  writeFileSync(recordPath, JSON.stringify({ ...readJson(recordPath), [key]: state }))
}

async function timed(name, work) {
  const startedAt = performance.now()
  await work()
  console.error(`build: ${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}

async function buildSide({ name, key, inputs, output, run }, force) {
  const state = fingerprint(inputs)
  if (!force && readJson(recordPath)?.[key] === state && existsSync(join(dist, output))) {
    console.error(`build: ${name}: nothing changed`)
    return
  }
  await timed(name, () => run(dist))
  record(key, state)
}

/** Both sides are tried, so that a fault in one does not hide what the other has to say. */
async function buildAll(force) {
  for (const side of sides) {
    try {
      await buildSide(side, force)
    } catch (error) {
      console.error(`build: ${side.name} failed\n${error.message}`)
      process.exitCode = 1
    }
  }
}

const [flag, ...only] = process.argv.slice(2)
mkdirSync(dist, { recursive: true })
await withLock(
  join(dist, '.lock'),
  () =>
    flag === '--only'
      ? timed(only.join(', '), () => buildNode(dist, only))
      : buildAll(process.argv.includes('--force')),
  (pid) => console.error(`build: waiting for the build that process ${pid} runs`),
)
