import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './files.mjs'

// Stay outside the bundle: native code, and packages that find a file beside their own source.
const externalPackages = ['electron', 'koffi', '@photostructure/sqlite', '@cdktf/hcl2json']

const wasmFiles = ['@cdktf/hcl2json/main.wasm.gz']

// A running agent may still load a chunk of the build that it started from.
const staleAfterMs = 60 * 60 * 1000

/** Where the command line goes over to the agent. */
const agentVerb = 'agent/cli/commands/agent.ts'

const isExternal = (id) => externalPackages.some((name) => id === name || id.startsWith(`${name}/`))

/** What is there to build on the node side besides the command: name in dist/ → source. */
function nodeEntries() {
  const entries = { agent: agentVerb, main: 'main/main.ts' }
  for (const folder of readdirSync(join(root, 'agent'))) {
    entries[`workers/${folder}`] = `agent/${folder}/worker.ts`
  }
  return Object.fromEntries(Object.entries(entries).filter(([, source]) => existsSync(join(root, source))))
}

const bundlerSettings = {
  cwd: root,
  platform: 'node',
  external: isExternal,
  tsconfig: join(root, 'tsconfig.json'),
  transform: { target: 'node20.18' },
  // A command that another one needs as well is in a chunk of both, which is nothing to warn of.
  checks: { pluginTimings: false, ineffectiveDynamicImport: false },
  // Schemas are made by calls, which a bundler takes for effects: a part would carry all of them for the one that it uses.
  treeshake: { moduleSideEffects: [{ test: /[\\/]contract[\\/]/, sideEffects: false }] },
}

/** CommonJS, since only of that V8 can be given what it compiled before. */
const outputSettings = {
  format: 'cjs',
  sourcemap: true,
  chunkFileNames: 'chunks/[name]-[hash].cjs',
  // Comments go: V8 keeps the text of what it runs. Names stay, for error stacks.
  minify: { compress: false, mangle: false, codegen: true },
}

/** One letter outside Latin-1 doubles the memory that V8 takes for a file's text, so all but ASCII is escaped. */
const asciiOnly = {
  name: 'ascii-only',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue
      const escaped = (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
      chunk.code = chunk.code.replace(/[^\0-\x7f]/g, escaped)
    }
  },
}

/** Agent, workers and the Electron main process: one graph, so that what they share is one chunk. */
async function bundleNode(outDir, only) {
  // The command is nothing without the agent that it can run.
  const isWanted = ([name]) => only.length === 0 || only.includes(name) || (name === 'agent' && only.includes('cli'))
  const input = Object.fromEntries(Object.entries(nodeEntries()).filter(isWanted))
  if (Object.keys(input).length === 0) return
  const { build } = await import('rolldown')
  const output = { ...outputSettings, entryFileNames: '[name].cjs', dir: outDir }
  await build({ ...bundlerSettings, input, plugins: [asciiOnly], output })
}

/**
 * Leads from the command's graph to the agent's, which is built beside it, by a file of its own: V8 forgets how to
 * import from what it compiled before.
 */
const agentElsewhere = {
  name: 'agent-elsewhere',
  resolveId(source) {
    if (source === '../agent.cjs') return { id: source, external: true }
    return source.endsWith('/commands/agent.ts') ? 'hxe:agent' : undefined
  },
  load: (id) =>
    id === 'hxe:agent'
      ? `export const run = async (...given) => (await import('../agent.cjs')).run(...given)`
      : undefined,
}

/**
 * The command line, in a graph of its own: every file that it loads costs it milliseconds, and so does every kilobyte.
 * All verbs are one file, without comments and white space, with copies of what the agent has too; what few need is
 * apart.
 */
async function bundleCommand(outDir) {
  const { build } = await import('rolldown')
  const { output } = await build({
    ...bundlerSettings,
    input: { command: 'agent/cli/main.ts' },
    plugins: [agentElsewhere, asciiOnly],
    output: {
      ...outputSettings,
      entryFileNames: outputSettings.chunkFileNames,
      dir: outDir,
      codeSplitting: { groups: [{ name: 'command', test: /[\\/]agent[\\/]cli[\\/]/ }] },
    },
  })
  // What V8 has compiled before cannot import; `process.getBuiltinModule` does without.
  const importing = output.find(({ code }) => /\bimport\([`'"]node:/.test(code ?? ''))
  if (importing)
    throw new Error(`${importing.fileName} imports a module of Node when it runs; get it with process.getBuiltinModule`)
  const { fileName } = output.find(({ type, isEntry }) => type === 'chunk' && isEntry)
  execFileSync(process.execPath, [join(root, 'scripts/lib/compile.mjs'), join(outDir, fileName)], { stdio: 'pipe' })
  const start = readFileSync(join(root, 'scripts/lib/command.mjs'), 'utf8')
  writeFileSync(join(outDir, 'cli.js'), start.replace('chunks/command.cjs', fileName), { mode: 0o755 })
}

/** The preload script of a sandboxed window must be one CommonJS file. */
async function bundlePreload(outDir) {
  const source = 'main/preload.ts'
  if (!existsSync(join(root, source))) return
  const { build } = await import('rolldown')
  await build({
    ...bundlerSettings,
    input: source,
    output: { file: join(outDir, 'preload.cjs'), format: 'cjs', codeSplitting: false },
  })
}

function copyWasm(outDir) {
  mkdirSync(join(outDir, 'wasm'), { recursive: true })
  for (const file of wasmFiles) {
    copyFileSync(join(root, 'node_modules', file), join(outDir, 'wasm', file.split('/').at(-1)))
  }
}

/** Moves every file of `from` over `to`, chunks before the entries that import them. */
function moveOver(from, to) {
  const files = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(from.length + 1))
  const order = (file) => (file.startsWith('chunks') || file.startsWith('wasm') ? 0 : 1)
  for (const file of files.sort((a, b) => order(a) - order(b))) {
    mkdirSync(dirname(join(to, file)), { recursive: true })
    renameSync(join(from, file), join(to, file))
  }
  return new Set(files)
}

function removeStale(dist, current) {
  for (const folder of ['chunks', 'workers']) {
    if (!existsSync(join(dist, folder))) continue
    for (const name of readdirSync(join(dist, folder))) {
      const path = join(dist, folder, name)
      const isOld = Date.now() - statSync(path).mtimeMs > staleAfterMs
      if (isOld && !current.has(join(folder, name))) rmSync(path)
    }
  }
}

/**
 * Builds the node side beside `dist` and moves it in file by file, so that what runs from there never sees half.
 * `only` names entries such as `cli` or `workers/config`; none are all.
 */
export async function buildNode(dist, only = []) {
  const temporary = join(dist, `.node-${process.pid}`)
  try {
    await bundleNode(temporary, only)
    if (only.length === 0 || only.includes('cli')) await bundleCommand(temporary)
    await bundlePreload(temporary)
    copyWasm(temporary)
    // What ships as HCL, for a first run.
    cpSync(join(root, 'configs'), join(temporary, 'configs'), { recursive: true })
    removeStale(dist, moveOver(temporary, dist))
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

/** Builds the panel beside its place and swaps it in. */
export async function buildRenderer(dist) {
  if (!existsSync(join(root, 'renderer/index.html'))) return
  const [{ build }, { rendererSettings }] = await Promise.all([import('vite'), import('./vite.mjs')])
  const settings = rendererSettings()
  const temporary = join(dist, `.renderer-${process.pid}`)
  const previous = join(dist, `.renderer-previous-${process.pid}`)
  try {
    await build({ ...settings, build: { ...settings.build, outDir: temporary } })
    if (existsSync(join(dist, 'renderer'))) renameSync(join(dist, 'renderer'), previous)
    renameSync(temporary, join(dist, 'renderer'))
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    rmSync(previous, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}
