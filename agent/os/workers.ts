import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

/** The folders of `agent/` that have a `worker.ts`. */
export type WorkerName = 'config' | 'import' | 'logs' | 'store'

/**
 * Where the build's output is. Bundled, this code is in `dist/`, `dist/chunks/` or `dist/workers/`, in a checkout or
 * inside a packaged app's archive; run from source it is `agent/os/`, and the workers are those of the last build.
 */
function distFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  if (import.meta.url.endsWith('.ts')) return join(here, '..', '..', 'dist')
  return ['chunks', 'workers'].includes(basename(here)) ? dirname(here) : here
}

/** The absolute path of something in the build's output, for example `distPath('renderer')`. */
export function distPath(...parts: string[]): string {
  return join(distFolder(), ...parts)
}

/** V8 would let short-lived values grow to 48 MiB before it looks for those that are dead; these work in small steps. */
const youngMiB: Readonly<Record<WorkerName, number>> = { config: 16, import: 16, logs: 4, store: 2 }

/** Loaded before anybody asked for them. */
const ahead = new Map<WorkerName, Worker>()

/**
 * Lets workers load while this thread still reads the program that will ask for them. One that is given data when it is
 * opened gets it as its first message.
 */
export function startAhead(names: readonly WorkerName[]): void {
  for (const name of names) {
    const worker = startWorker(name)
    // Whoever asks then starts another, and is told.
    worker.once('error', () => ahead.delete(name))
    ahead.set(name, worker)
  }
}

/** Ends those that nobody came to need. */
export function endAhead(): void {
  for (const worker of ahead.values()) void worker.terminate()
  ahead.clear()
}

/**
 * Starts the worker of a folder. The caller sets a limit on the time that its first answer may take, and ends it.
 * A worker that cannot be loaded says so with its `error` event.
 */
export function openWorker(name: WorkerName, workerData?: unknown): Worker {
  const early = ahead.get(name)
  if (!early) return startWorker(name, workerData)
  ahead.delete(name)
  if (workerData !== undefined) early.postMessage(workerData)
  return early
}

function startWorker(name: WorkerName, workerData?: unknown): Worker {
  return new Worker(distPath('workers', `${name}.cjs`), {
    workerData,
    name: `hxe-${name}`,
    resourceLimits: { maxYoungGenerationSizeMb: youngMiB[name] },
  })
}
