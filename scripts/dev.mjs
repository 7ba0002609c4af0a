#!/usr/bin/env node
// npm run dev: the panel with hot reload, and a restart of the app when agent/, main/ or contract/ changed.
// Arguments (--config PATH, --data-dir DIR) go on to the app.
import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { join } from 'node:path'
import { absolutePaths } from './lib/arguments.mjs'
import { buildNode } from './lib/bundle.mjs'
import { runMain, SetupError, say } from './lib/console.mjs'
import { root } from './lib/files.mjs'
import { launchArguments } from './lib/launch.mjs'
import { ensureElectron, ensureToolchain, hasDisplay } from './lib/setup.mjs'

const devApp = join(root, 'scripts', 'lib', 'dev')
const watched = ['agent', 'main', 'contract']
const settleMs = 200

/** Vite behind a server of ours: its own would end this process on a signal, and leave the app behind. */
async function serveRenderer() {
  const [{ createServer }, { rendererSettings }] = await Promise.all([import('vite'), import('./lib/vite.mjs')])
  const http = createHttpServer()
  const vite = await createServer({
    ...rendererSettings(),
    logLevel: 'info',
    server: { middlewareMode: true, hmr: { server: http }, cors: false },
    appType: 'spa',
  })
  http.on('request', vite.middlewares)
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    async close() {
      await vite.close()
      http.closeAllConnections()
      http.close()
    },
  }
}

/** The app, and its restart: one at a time, and the last wish counts. */
function createApp(executablePath, args, env, onClosed) {
  let child
  const start = () => {
    child = spawn(executablePath, args, { stdio: 'inherit', env })
    const mine = child
    mine.on('exit', () => mine === child && onClosed())
  }
  const stop = () =>
    new Promise((resolve) => {
      const old = child
      child = undefined
      if (!old || old.exitCode !== null || old.signalCode !== null) return resolve()
      old.once('exit', resolve)
      old.kill('SIGTERM')
    })
  return { start, stop }
}

/** Calls `onChange` when files of the node side have come to rest after a change, never twice at once. */
function watchSources(onChange) {
  let timer
  let busy = Promise.resolve()
  const changed = (_, name) => {
    if (!name || /\.test\.|~$/.test(name)) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      busy = busy.then(onChange)
    }, settleMs)
  }
  const watchers = watched.map((folder) => watch(join(root, folder), { recursive: true }, changed))
  return () => {
    for (const watcher of watchers) watcher.close()
    clearTimeout(timer)
  }
}

async function rebuild() {
  try {
    await buildNode(join(root, 'dist'))
    return true
  } catch (error) {
    say(error.message)
    return false
  }
}

await runMain(async () => {
  const args = absolutePaths(process.argv.slice(2))
  if (!hasDisplay())
    throw new SetupError('npm run dev opens a window, and there is no display (DISPLAY, WAYLAND_DISPLAY).')
  await ensureToolchain()
  const { executablePath } = await ensureElectron()
  if (!(await rebuild())) throw new SetupError('The build did not work.')

  const server = await serveRenderer()
  const { ELECTRON_RUN_AS_NODE: _, ...inherited } = process.env
  const env = { ...inherited, HXE_DEV_SERVER: server.url }
  const switches = launchArguments().slice(0, -1)
  let end
  const ended = new Promise((resolve) => {
    end = resolve
  })
  const app = createApp(executablePath, [...switches, devApp, ...args], env, end)
  app.start()
  const stopWatching = watchSources(async () => {
    if (!(await rebuild())) return
    say('dev: the app starts again')
    await app.stop()
    app.start()
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end)

  await ended
  stopWatching()
  await Promise.all([app.stop(), server.close()])
})
