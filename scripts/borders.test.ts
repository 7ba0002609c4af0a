import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')

const forbidden = [
  ['renderer/features/x.ts', "import { core } from '../../agent/core.ts'; core()", 'through a procedure of contract/'],
  ['renderer/x.ts', "import { app } from '../main/app.ts'; app()", 'through a procedure of contract/'],
  ['renderer/x.ts', "import { readFileSync } from 'node:fs'; readFileSync('/')", 'through a procedure of contract/'],
  [
    'renderer/x.ts',
    "import { ipcRenderer } from 'electron'; ipcRenderer.send('x')",
    'through a procedure of contract/',
  ],
  ['contract/x.ts', "import { join } from 'node:path'; join('a')", 'imports nothing of ours'],
  ['contract/x.ts', "import { core } from '../agent/core.ts'; core()", 'imports nothing of ours'],
  ['agent/server/x.ts', "import { app } from 'electron'; app.quit()", 'The agent runs without a window'],
  ['agent/server/x.ts', "import { main } from '../../main/main.ts'; main()", 'The agent runs without a window'],
  ['agent/os/x.ts', "import { view } from '../../renderer/view.ts'; view()", 'The agent runs without a window'],
  ['agent/server/x.ts', "import { spawn } from 'node:child_process'; spawn('x')", 'belong in agent/os/'],
  ['agent/server/x.ts', "await import('node:fs/promises')", 'belong in agent/os/'],
  ['agent/logs/x.ts', "import { connect } from 'node:net'; connect(1)", 'belong in agent/os/'],
  ['agent/supervisor/x.ts', "import koffi from 'koffi'; koffi.load('x')", 'belong in agent/os/'],
  ['agent/supervisor/x.ts', 'export const now = () => Date.now()', 'Time and chance are passed in'],
  ['agent/why/x.ts', 'export const roll = () => Math.random()', 'Time and chance are passed in'],
  ['agent/supervisor/x.ts', 'setTimeout(() => {}, 1)', 'Time and chance are passed in'],
  ['main/x.ts', "import { App } from '../renderer/App.tsx'; App()", 'the contract and the bridge only'],
] as const

const allowed = [
  [
    'renderer/x.ts',
    "import { services } from '../contract/index.ts'; import { useState } from 'react'; useState(services)",
  ],
  ['agent/os/x.ts', "import { spawn } from 'node:child_process'; spawn('x')"],
  ['agent/logs/x.ts', "import { openSync } from 'node:fs'; openSync('x', 'r')"],
  ['agent/server/x.ts', 'export const now = () => Date.now()'],
  ['main/x.ts', "import { core } from '../agent/core.ts'; import { app } from 'electron'; core(app)"],
] as const

type Sample = readonly [path: string, source: string, reason?: string]

const cases: readonly Sample[] = [...forbidden, ...allowed]
const fileOf = (index: number, path: string) => posix.join(posix.dirname(path), `sample${index}.ts`)

describe('the linter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hxe-borders-'))
  const refusals = new Map<string, string>()

  // All samples in one run, in a tree of their own that has the settings of this one.
  beforeAll(() => {
    for (const name of ['biome.json', 'scripts/lint']) cpSync(join(root, name), join(folder, name), { recursive: true })
    cases.forEach(([path, source], index) => {
      mkdirSync(join(folder, posix.dirname(path)), { recursive: true })
      writeFileSync(join(folder, fileOf(index, path)), source)
    })
    const { stdout } = spawnSync(
      process.execPath,
      [
        biome,
        'lint',
        '--vcs-enabled=false',
        '--reporter=json',
        '--max-diagnostics=none',
        '--diagnostic-level=error',
        '.',
      ],
      { cwd: folder, encoding: 'utf8' },
    )
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { location: { path: string }; message: string }[] }
    for (const { location, message } of diagnostics) refusals.set(location.path, message)
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  test.each(forbidden.map((sample, index) => [...sample, index] as const))(
    'refuses in %s: %s',
    (path, _source, reason, index) => {
      expect(refusals.get(fileOf(index, path))).toContain(reason)
    },
  )

  test.each(allowed.map((sample, index) => [...sample, forbidden.length + index] as const))(
    'accepts in %s: %s',
    (path, _source, index) => {
      expect(refusals.get(fileOf(index, path))).toBeUndefined()
    },
  )
})

// Files of a folder that others may import beside its index.ts: statements of types, and what a short-lived command
// or a worker reads without loading the folder.
const open = [
  'types.ts',
  'model.ts',
  'facts.ts',
  'config/paths.ts',
  'config/home.ts',
  'why/format.ts',
  'fleet/keys.ts',
  'metrics/known.ts',
  'alerts/rules/index.ts',
  'alerts/template/index.ts',
]

function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8')
  return [...source.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path]) =>
    posix.join(posix.dirname(file), path ?? ''),
  )
}

function goesAroundIndex(file: string, imported: string): boolean {
  const [, folder, ...inside] = imported.split('/')
  if (!imported.startsWith('agent/') || inside.length === 0) return false
  if (folder === 'os' || file.startsWith(`agent/${folder}/`)) return false
  return inside.join('/') !== 'index.ts' && !open.some((name) => `${folder}/${inside.join('/')}`.endsWith(name))
}

test('a folder of the agent is imported by its index', () => {
  const files = ['agent', 'main']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => posix.join(folder, name)),
    )
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.') && !file.includes('/fixtures/'))
  const around = files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => goesAroundIndex(file, imported))
      .map((imported) => `${file} → ${imported}`),
  )
  expect(around).toEqual([])
})
