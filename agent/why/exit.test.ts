import { describe, expect, it } from 'vitest'
import { explain } from './explain.ts'
import type { ServiceFacts } from './facts.ts'
import { endedOnceWith, exitWith, factsWith, gaveUpWith, graph, startMs } from './fixtures/facts.ts'

const sentenceOf = (facts: ServiceFacts): string | undefined => explain(facts.name, graph(facts), startMs)?.sentence

describe('what is as wanted', () => {
  it.each<[string, Partial<ServiceFacts>]>([
    ['runs', {}],
    ['runs again after it had failed', { exit: exitWith(), failures: { count: 2, windowMs: 60_000, maxRetries: 5 } }],
    ['is starting', { state: 'starting' }],
    [
      'was stopped by a person',
      {
        state: 'stopped',
        desired: 'down',
        reasonCode: 'stopped-by-user',
        exit: exitWith({ code: null, signal: 'SIGTERM' }),
      },
    ],
    ['completed', { type: 'task', state: 'completed', exit: exitWith({ code: 0 }) }],
    [
      'waits for its next run',
      { type: 'cron', state: 'waiting', nextStartAtMs: startMs + 60_000, exit: exitWith({ code: 0 }) },
    ],
    ['has never run and waits for its schedule', { type: 'cron', state: 'waiting', nextStartAtMs: startMs + 60_000 }],
  ])('has no why when it %s', (_, patch) => {
    expect(explain('web', graph(factsWith(patch)), startMs)).toBeNull()
  })

  it('has no why for a name that nobody knows', () => {
    expect(explain('nobody', graph(), startMs)).toBeNull()
  })
})

describe('how a run ended', () => {
  it('counts the runs and says that it gave up', () => {
    const why = explain('web', graph(gaveUpWith({ lastLines: ['listening', 'lost my way'] })), startMs)
    expect(why).toEqual({
      sentence: 'Exited with code 1 after 0.3 s, 5 times in 60 s, gave up',
      chain: [
        { subject: 'web', fact: 'exited with code 1 after 0.3 s, 5 times in 60 s', at: '2026-05-04T12:00:00.000Z' },
        { subject: 'web', fact: 'gave up: 4 restarts in 60 s are allowed', at: '2026-05-04T12:00:00.000Z' },
      ],
      fixes: [
        { label: 'Start again', action: { kind: 'service', verb: 'start', service: 'web' } },
        { label: 'Show logs', action: { kind: 'open-logs', service: 'web' } },
        {
          label: 'Open services.hcl:12',
          action: { kind: 'open-file', file: '/etc/hxe/services.hcl', line: 12, column: 3 },
        },
      ],
      lastLines: ['listening', 'lost my way'],
    })
  })

  it.each<[string, ServiceFacts]>([
    ['Exited with code 2 after 0.1 s', endedOnceWith({ exit: exitWith({ code: 2, ranForMs: 100 }) })],
    [
      'Exited with code 3 (an internal error of Node) after 2 min 5 s',
      endedOnceWith({ exit: exitWith({ code: 3, ranForMs: 125_000 }) }),
    ],
    [
      'Exited with code 127 (command not found) after 0.002 s',
      endedOnceWith({ exit: exitWith({ code: 127, ranForMs: 2 }) }),
    ],
    [
      'Exited with code 126 (found, but not something that can be run) after 0.3 s',
      endedOnceWith({ exit: exitWith({ code: 126 }) }),
    ],
    [
      'Exited with code 78 (a mistake in its configuration) after 0.3 s',
      endedOnceWith({ program: './app', exit: exitWith({ code: 78 }) }),
    ],
    [
      'Exited with code 143 (ended by SIGTERM: asked to end) after 4 s',
      endedOnceWith({ program: 'java', exit: exitWith({ code: 143, ranForMs: 4_000 }) }),
    ],
    ['Exited with code 42 after 0.3 s', endedOnceWith({ exit: exitWith({ code: 42 }) })],
    [
      'Ended by SIGSEGV (reached for memory that is not its own) after 2 h 1 min',
      endedOnceWith({ exit: exitWith({ code: null, signal: 'SIGSEGV', ranForMs: 7_263_000 }) }),
    ],
    [
      'Ended by SIGKILL (killed by force, which no program can refuse) after 0.3 s',
      endedOnceWith({ exit: exitWith({ code: null, signal: 'SIGKILL' }) }),
    ],
    [
      'Ended after 0.3 s, how is not known: it was started by an earlier run of the agent',
      endedOnceWith({ exit: exitWith({ code: null, statusKnown: false }) }),
    ],
    [
      'Exited with code 1 after 0.3 s, 3 times in 4.2 s, gave up',
      gaveUpWith({ failures: { count: 3, windowMs: 60_000, maxRetries: 2, firstAtMs: startMs - 4_200 } }),
    ],
    [
      'Exited with code 1 after 0.3 s, 2 times in 1 s, starts again after a pause of 4 s',
      gaveUpWith({
        state: 'backoff',
        gaveUp: false,
        failures: { count: 2, windowMs: 60_000, maxRetries: 5, firstAtMs: startMs - 1_000 },
        nextStartAtMs: startMs + 4_000,
      }),
    ],
    [
      'Its last run exited with code 1 after 0.3 s',
      factsWith({ type: 'cron', state: 'waiting', exit: exitWith(), nextStartAtMs: startMs + 60_000 }),
    ],
    [
      'Exited with code 3 after 0.3 s',
      endedOnceWith({ program: './job', exit: exitWith({ code: 3, succeeded: false }) }),
    ],
  ])('says: %s', (sentence, facts) => {
    expect(sentenceOf(facts)).toBe(sentence)
  })

  it('takes a code for a success that the file calls one', () => {
    const facts = factsWith({
      type: 'cron',
      state: 'waiting',
      exit: exitWith({ code: 3, succeeded: true }),
      nextStartAtMs: startMs,
    })
    expect(explain('web', graph(facts), startMs)).toBeNull()
  })

  it('tells when the next start is due, to count down from', () => {
    const failures = { count: 2, windowMs: 60_000, maxRetries: 5 }
    const facts = gaveUpWith({ state: 'backoff', gaveUp: false, failures, nextStartAtMs: startMs + 4_000 })
    const why = explain('web', graph(facts), startMs)
    expect(why?.chain.at(-1)).toEqual({
      subject: 'web',
      fact: 'next start: attempt 2 of 5',
      at: '2026-05-04T12:00:04.000Z',
    })
    expect(why?.fixes[0]?.label).toBe('Start now')
  })

  it('points to the foreground when a service ends without an error again and again', () => {
    const why = explain('web', graph(gaveUpWith({ program: 'nginx', exit: exitWith({ code: 0 }) })), startMs)
    expect(why?.sentence).toBe('Exited with code 0 after 0.3 s, 5 times in 60 s, gave up')
    expect(why?.chain[0]).toEqual({
      subject: 'nginx',
      fact: 'ends by itself without an error; a program that goes to the background has to be told to stay in the foreground',
    })
  })

  it('names the error that nothing caught and where it arose', () => {
    const lastLines = [
      '/srv/web/server.js:12',
      '    user.name.first',
      '              ^',
      '',
      "TypeError: Cannot read properties of undefined (reading 'first')",
      '    at main (/srv/web/server.js:12:15)',
      '    at node:internal/main/run_main_module:28:49',
    ]
    const why = explain('web', graph(gaveUpWith({ lastLines })), startMs)
    expect(why?.sentence).toBe('Exited with code 1 after 0.3 s, 5 times in 60 s, gave up')
    expect(why?.chain[0]).toEqual({
      subject: 'server.js:12',
      fact: "TypeError: Cannot read properties of undefined (reading 'first')",
    })
  })
})

describe('limits', () => {
  it('offers to raise a memory limit that was passed', () => {
    const exit = exitWith({
      code: null,
      signal: 'SIGKILL',
      outOfMemory: true,
      memoryLimitBytes: 256 * 2 ** 20,
      ranForMs: 42_000,
    })
    const why = explain('web', graph(endedOnceWith({ exit })), startMs)
    expect(why?.sentence).toBe('Killed for passing its memory limit of 256 MiB after 42 s')
    expect(why?.chain[0]).toEqual({ subject: 'web', fact: 'took more than its memory limit of 256 MiB' })
    expect(why?.fixes[0]).toEqual({
      label: 'Raise the limit to 512 MiB',
      action: { kind: 'set-attribute', service: 'web', attribute: 'resources.memory_limit', value: '512Mi' },
    })
  })

  it('tells a machine without memory from a limit', () => {
    const exit = exitWith({ code: null, signal: 'SIGKILL', outOfMemory: true })
    const why = explain('web', graph(endedOnceWith({ exit })), startMs)
    expect(why?.sentence).toBe('Killed because the machine ran out of memory, after 0.3 s')
    expect(why?.chain[0]?.subject).toBe('this machine')
  })
})

describe('what nothing is known of', () => {
  it('is said to be so, with its reason', () => {
    const why = explain('web', graph(factsWith({ state: 'failed', reasonCode: 'odd' })), startMs)
    expect(why?.sentence).toBe('It failed, and what it failed of was not recorded')
    expect(why?.chain[0]?.fact).toBe('odd')
  })

  it('offers a start for what is wanted and was never started', () => {
    const why = explain('web', graph(factsWith({ state: 'stopped' })), startMs)
    expect(why?.sentence).toBe('Not running, though it is wanted: nothing has started it yet')
    expect(why?.fixes[0]?.label).toBe('Start')
  })
})
