import { expect, it } from 'vitest'
import { explain } from './explain.ts'
import type { ServiceFacts } from './facts.ts'
import { factsWith, graph, startMs } from './fixtures/facts.ts'

const worker = { pid: 812, name: 'node', state: 'S', command: 'node --inspect worker.js --queue mail' }

function stopWith(patch: Partial<NonNullable<ServiceFacts['stop']>> = {}): NonNullable<ServiceFacts['stop']> {
  return { signal: 'SIGTERM', askedAtMs: startMs, timeoutMs: 10_000, remaining: [worker], unkillable: false, ...patch }
}

it('names who ignored the signal before a kill', () => {
  const stop = stopWith({ killedAtMs: startMs + 10_012 })
  const why = explain('web', graph(factsWith({ state: 'stopped', desired: 'down', stop })), startMs)
  expect(why?.sentence).toBe('SIGTERM ignored for 10 s by worker.js, pid 812, then killed')
  expect(why?.chain).toEqual([
    { subject: 'web', fact: 'was asked to end with SIGTERM', at: '2026-05-04T12:00:00.000Z' },
    { subject: 'worker.js (pid 812)', fact: 'did not end within 10 s' },
    { subject: 'web', fact: 'was killed by SIGKILL', at: '2026-05-04T12:00:10.012Z' },
  ])
})

it('has no why for a stop that went as asked', () => {
  const facts = factsWith({ state: 'stopped', desired: 'down', stop: stopWith({ remaining: [] }) })
  expect(explain('web', graph(facts), startMs)).toBeNull()
})

it('says what a stop under way waits for and when it kills', () => {
  const why = explain('web', graph(factsWith({ state: 'stopping', desired: 'down', stop: stopWith() })), startMs)
  expect(why?.sentence).toBe(
    'Stopping: worker.js (pid 812) still runs after SIGTERM, is killed 10 s after it was asked',
  )
  expect(why?.chain.at(-1)).toEqual({
    subject: 'web',
    fact: 'is killed if anything is left of it',
    at: '2026-05-04T12:00:10.000Z',
  })
})

it('says that a kill is under way', () => {
  const stop = stopWith({ killedAtMs: startMs + 10_000 })
  const why = explain('web', graph(factsWith({ state: 'stopping', desired: 'down', stop })), startMs)
  expect(why?.sentence).toBe('SIGTERM ignored for 10 s by worker.js, pid 812, now being killed')
})

it('says what an unkillable process waits for', () => {
  const stop = stopWith({ remaining: [{ ...worker, state: 'D' }], killedAtMs: startMs + 10_000, unkillable: true })
  const why = explain('web', graph(factsWith({ state: 'stopping', desired: 'down', stop })), startMs)
  expect(why?.sentence).toBe(
    'worker.js (pid 812) waits in the kernel (disk or network) and cannot be killed until that comes back',
  )
  expect(why?.fixes[0]?.action).toEqual({ kind: 'run-command', command: 'ps -o pid,stat,wchan:32,args -p 812' })
  expect(why?.chain.at(-1)?.fact).toBe('is not started again before nothing of it is left')
})

it('counts what is left where it is much', () => {
  const remaining = Array.from({ length: 5 }, (_, index) => ({ ...worker, pid: 800 + index }))
  const stop = stopWith({ remaining })
  const why = explain('web', graph(factsWith({ state: 'stopping', desired: 'down', stop })), startMs)
  expect(why?.sentence).toBe(
    'Stopping: worker.js (pid 800), worker.js (pid 801) and 3 more still run after SIGTERM, is killed 10 s after it was asked',
  )
})

it('names what a shutdown waits for', () => {
  const database = factsWith({ name: 'database', desired: 'down', stopsAfter: ['web'] })
  const web = factsWith({ state: 'stopping', desired: 'down', stop: stopWith() })
  const why = explain('database', graph(database, web), startMs)
  expect(why?.sentence).toBe('Stops after web, which needs it')
  expect(why?.chain).toEqual([
    { subject: 'worker.js (pid 812)', fact: 'still runs' },
    { subject: 'web', fact: 'is not stopped yet' },
    { subject: 'database', fact: 'waits with its own stop' },
  ])
})
