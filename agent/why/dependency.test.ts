import { describe, expect, it } from 'vitest'
import { explain } from './explain.ts'
import type { ServiceFacts } from './facts.ts'
import { endedOnceWith, exitWith, factsWith, gaveUpWith, graph, rangeAt, startMs } from './fixtures/facts.ts'

function waiting(name: string, ...on: string[]): ServiceFacts {
  return factsWith({
    name,
    state: 'waiting',
    waitingFor: on.map((service) => ({ service, condition: 'started' as const })),
  })
}
const sentenceOf = (name: string, ...services: ServiceFacts[]): string | undefined =>
  explain(name, graph(...services), startMs)?.sentence

const volume = endedOnceWith({ name: 'volume-init', type: 'task', exit: exitWith({ code: 2, ranForMs: 100 }) })

describe('a service that waits', () => {
  it('is followed to the root of it', () => {
    const database = factsWith({
      name: 'database',
      state: 'waiting',
      waitingFor: [{ service: 'volume-init', condition: 'completed' }],
    })
    const why = explain('web', graph(waiting('web', 'database'), database, volume), startMs)
    expect(why?.sentence).toBe(
      'Waits for database, which waits for volume-init, which failed: exited with code 2 after 0.1 s',
    )
    expect(why?.chain.map(({ subject, fact }) => `${subject} ${fact}`)).toEqual([
      'volume-init exited with code 2 after 0.1 s',
      'volume-init is not started again by itself',
      'volume-init failed',
      'database waits for volume-init to complete',
      'web waits for database to run',
    ])
    expect(why?.fixes.map(({ label }) => label)).toEqual([
      'Start volume-init',
      'Open volume-init',
      'Show logs of volume-init',
      'Open services.hcl:12',
    ])
  })

  it.each<[string, ServiceFacts]>([
    [
      'Waits for database, which failed: exited with code 1 after 0.3 s, 5 times in 60 s, gave up',
      gaveUpWith({ name: 'database' }),
    ],
    [
      'Waits for database, which keeps failing: exited with code 1 after 0.3 s, starts again',
      gaveUpWith({
        name: 'database',
        state: 'backoff',
        gaveUp: false,
        failures: { count: 1, windowMs: 60_000, maxRetries: 5 },
      }),
    ],
    ['Waits for database, which is stopped', factsWith({ name: 'database', state: 'stopped', desired: 'down' })],
    [
      'Waits for database, which is disabled (services.hcl:13)',
      factsWith({ name: 'database', state: 'stopped', desired: 'down', disabledBy: 'file', enabledRange: rangeAt(13) }),
    ],
    ['Waits for database, which is disabled', factsWith({ name: 'database', state: 'stopped', disabledBy: 'person' })],
    ['Waits for database, which is starting', factsWith({ name: 'database', state: 'starting' })],
    ['Waits for database, which is being stopped', factsWith({ name: 'database', state: 'stopping' })],
    [
      'Waits for database, which failed: command not found: postgres',
      factsWith({
        name: 'database',
        state: 'failed',
        startError: { what: 'program', code: 'ENOENT', subject: 'postgres', message: '', retryable: false },
      }),
    ],
  ])('says: %s', (sentence, database) => {
    expect(sentenceOf('web', waiting('web', 'database'), database)).toBe(sentence)
  })

  it('says what it waits for in one that runs', () => {
    const healthy = factsWith({
      name: 'web',
      state: 'waiting',
      waitingFor: [{ service: 'database', condition: 'healthy' }],
    })
    expect(sentenceOf('web', healthy, factsWith({ name: 'database' }))).toBe(
      'Waits for database, which runs but is not healthy yet',
    )
    const completed = factsWith({
      name: 'web',
      state: 'waiting',
      waitingFor: [{ service: 'database', condition: 'completed' }],
    })
    expect(sentenceOf('web', completed, factsWith({ name: 'database' }))).toBe('Waits for database, which still runs')
  })

  it('tells of the worst of several and names the others', () => {
    const services = [
      waiting('web', 'cache', 'database', 'queue'),
      factsWith({ name: 'cache', state: 'starting' }),
      gaveUpWith({ name: 'database' }),
      factsWith({ name: 'queue', state: 'starting' }),
    ]
    expect(sentenceOf('web', ...services)).toBe(
      'Waits for database, which failed: exited with code 1 after 0.3 s, 5 times in 60 s, gave up; also waits for cache and queue',
    )
  })

  it('names one that is not configured', () => {
    expect(sentenceOf('web', waiting('web', 'databse'))).toBe('Waits for databse, which is not in the configuration')
  })

  it('has failed with what it depends on', () => {
    const failed = { ...waiting('web', 'volume-init'), state: 'failed', reasonCode: 'dependency-failed' } as const
    expect(sentenceOf('web', failed, volume)).toBe(
      'Waits for volume-init, which failed: exited with code 2 after 0.1 s',
    )
  })

  it('offers the cure of the root first', () => {
    const holder = { pid: 7, name: 'node', command: 'node x', startTime: '1', leftFromOwnRun: false }
    const database = gaveUpWith({
      name: 'database',
      port: { port: 5432, holder },
      lastLines: ['address already in use :::5432'],
    })
    const why = explain('web', graph(waiting('web', 'database'), database), startMs)
    expect(why?.sentence).toBe('Waits for database, which failed: port 5432 is held by node (pid 7)')
    expect(why?.fixes[0]).toEqual({
      label: 'Stop pid 7 and start',
      action: { kind: 'end-process', pid: 7, startTime: '1', thenStart: 'database' },
    })
    expect(why?.chain[0]?.subject).toBe('node (pid 7)')
  })
})

describe('graphs that would not end', () => {
  it('ends at a cycle and says so', () => {
    const why = explain('a', graph(waiting('a', 'b'), waiting('b', 'c'), waiting('c', 'a')), startMs)
    expect(why?.sentence).toBe(
      'Waits for b, which waits for c, which waits for a again: a cycle that none of them can leave',
    )
    expect(why?.chain).toHaveLength(3)
  })

  it('ends at a service that waits for itself', () => {
    expect(sentenceOf('a', waiting('a', 'a'))).toContain('Waits for a')
  })

  it('ends in a very long line of services', () => {
    const factsOf = (name: string): ServiceFacts => waiting(name, `s${Number(name.slice(1)) + 1}`)
    const why = explain('s0', factsOf, startMs)
    expect(why?.sentence).toBe(
      'Waits for s1, which waits for s2, which waits for s3, which waits, 12 services further on, for s16, which waits for others in turn',
    )
    expect(why?.chain.length).toBeLessThanOrEqual(32)
  })

  it('names the root of a long line', () => {
    const line = Array.from({ length: 9 }, (_, index) => waiting(`s${index}`, `s${index + 1}`))
    expect(sentenceOf('s0', ...line, endedOnceWith({ name: 's9' }))).toBe(
      'Waits for s1, which waits for s2, which waits for s3, which waits, 5 services further on, for s9, which failed: exited with code 1 after 0.3 s',
    )
  })
})
