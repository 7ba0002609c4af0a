import { Worker } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import type { Clock } from '../os/index.ts'
import { type ConfigWorker, openConfigWorker } from './client.ts'

/** Small workers that behave as one that reads configurations would on a good or a bad day. */
const answers = `
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', ({ id, ask }) => parentPort.postMessage({ id, result: { diagnostics: [], files: [ask.kind] } }))`
const fails = `
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', ({ id }) => parentPort.postMessage({ id, error: 'out of order' }))`
const dies = `require('node:worker_threads').parentPort.on('message', () => process.exit(3))`
const throws = `require('node:worker_threads').parentPort.on('message', () => { throw new Error('broken') })`
const hangs = `require('node:worker_threads').parentPort.on('message', () => {})`

const opened: ConfigWorker[] = []
afterEach(async () => {
  for (const worker of opened.splice(0)) await worker.close()
})

/** Each start takes the next of `programs`, and the last from then on. */
function open(
  programs: string[],
  clock?: Clock,
  onIdle: () => void = () => undefined,
): { worker: ConfigWorker; starts: () => number } {
  let starts = 0
  const next = (): Worker => {
    const program = programs[Math.min(starts, programs.length - 1)] ?? answers
    starts += 1
    return new Worker(program, { eval: true })
  }
  const worker = openConfigWorker({ open: next, onIdle, ...(clock === undefined ? {} : { clock }) })
  opened.push(worker)
  return { worker, starts: () => starts }
}

function fakeClock(): { clock: Clock; pass: (ms: number) => void; armed: () => number } {
  let nowMs = 0
  const timers = new Set<{ atMs: number; run: () => void }>()
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  const pass = (ms: number): void => {
    nowMs += ms
    for (const timer of [...timers]) if (timer.atMs <= nowMs && timers.delete(timer)) timer.run()
  }
  return { clock, pass, armed: () => timers.size }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

const options = { paths: [], env: {} }

test('many requests at once get each its own answer', async () => {
  const { worker, starts } = open([answers])
  const all = await Promise.all([
    worker.loadConfiguration(options),
    worker.loadTexts({}, options),
    worker.loadConfiguration(options),
  ])
  expect(all).toMatchObject([{ files: ['load'] }, { files: ['load-texts'] }, { files: ['load'] }])
  expect(starts()).toBe(1)
})

test('what goes wrong in the worker is an error with its reason', async () => {
  const { worker } = open([fails])
  await expect(worker.loadConfiguration(options)).rejects.toThrow('out of order')
})

test.each([
  ['ends', dies, 'ended with code 3'],
  ['throws', throws, 'broken'],
])('a worker that %s is said so, and the next request starts another', async (_, program, reason) => {
  const { worker, starts } = open([program, answers])
  await expect(worker.loadConfiguration(options)).rejects.toThrow(reason)
  await expect(worker.loadConfiguration(options)).resolves.toMatchObject({ files: ['load'] })
  expect(starts()).toBe(2)
})

test('a worker that does not answer is given up at its time limit', async () => {
  const { clock, pass } = fakeClock()
  const { worker } = open([hangs, answers], clock)
  const asked = worker.loadConfiguration(options)
  pass(30_000)
  await expect(asked).rejects.toThrow('gave no answer within 30 s')
  await expect(worker.loadConfiguration(options)).resolves.toMatchObject({ files: ['load'] })
})

test('a worker that nobody asks for ten seconds ends, and comes back when asked', async () => {
  const { clock, pass, armed } = fakeClock()
  const { promise: idle, resolve: onIdle } = withResolvers()
  const { worker, starts } = open([answers], clock, onIdle)
  await worker.loadConfiguration(options)
  pass(9_000)
  await worker.loadConfiguration(options)
  expect(starts()).toBe(1)
  expect(armed()).toBe(1)
  pass(10_000)
  await idle
  await worker.loadConfiguration(options)
  expect(starts()).toBe(2)
})

test('closing refuses what is still asked and leaves no timer', async () => {
  const { clock, armed } = fakeClock()
  const { worker } = open([hangs], clock)
  const asked = worker.loadConfiguration(options)
  const refused = expect(asked).rejects.toThrow('has been closed')
  await worker.close()
  await refused
  expect(armed()).toBe(0)
})
