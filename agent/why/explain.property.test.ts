import fc from 'fast-check'
import { expect, it } from 'vitest'
import { serviceStates, whySchema } from '../../contract/index.ts'
import { explain } from './explain.ts'
import type { ServiceFacts } from './facts.ts'
import { formatWhy } from './format.ts'
import { patterns } from './patterns/table.ts'
import { portsIn, refusedIn } from './ports.ts'

// Words that would betray a missing value must not come in with the facts.
const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '',
      'node',
      './run.sh',
      '/srv/app',
      '__proto__',
      'a'.repeat(5_000),
      '\u001b[31mred',
      '$(id)',
      "it's",
    ),
  )
  .filter((value) => !/undefined|NaN|null|\[object/.test(value))
const number = fc.oneof(
  fc.integer({ min: -10, max: 100_000 }),
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 8.64e18),
)
const pid = fc.integer({ min: 1, max: 4_000_000 })
const line = fc.integer({ min: 1, max: 9_999 })
const range = fc.record({ file: text, line, column: line, endLine: line, endColumn: line })
const lines = fc.array(
  fc.oneof(
    text,
    fc.constantFrom(
      'Error: listen EADDRINUSE: address already in use :::3000',
      'connect ECONNREFUSED 127.0.0.1:5432',
      "Cannot find module 'x'",
      'getaddrinfo ENOTFOUND b',
      'SyntaxError: bad',
      '  File "/a.py", line 3',
      'permission denied',
      'MISSING_ONE is not set',
    ),
  ),
  { maxLength: 12 },
)
const names = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f#0', 'nobody')
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
/** Absent rather than undefined, as the facts are. */
const compact = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T

const facts: fc.Arbitrary<ServiceFacts> = fc
  .record({
    name: names,
    type: fc.constantFrom('service', 'task', 'cron'),
    desired: fc.constantFrom('up', 'down'),
    state: fc.constantFrom(...serviceStates),
    reasonCode: fc.oneof(text, fc.constantFrom('crash-loop', 'dependency-failed', 'unkillable', 'unhealthy')),
    range,
    commandLine: text,
    program: text,
    workingDir: optional(text),
    user: optional(text),
    sinceMs: number,
    exit: optional(
      fc.record({
        code: fc.option(fc.oneof(fc.integer({ min: 0, max: 255 }), number)),
        signal: fc.option(fc.oneof(fc.constantFrom('SIGKILL', 'SIGRTMIN'), text)),
        statusKnown: fc.boolean(),
        ranForMs: number,
        atMs: number,
        outOfMemory: fc.boolean(),
        memoryLimitBytes: optional(number),
      }),
    ),
    failures: fc.record({ count: number, windowMs: number, maxRetries: number, firstAtMs: number }),
    gaveUp: fc.boolean(),
    nextStartAtMs: optional(number),
    startError: optional(
      fc.record({
        what: fc.constantFrom(
          'program',
          'directory',
          'interpreter',
          'permission',
          'format',
          'arguments',
          'user',
          'group',
          'resources',
          'environment',
          'port',
          'hook',
          'log',
          'other',
        ),
        code: text,
        subject: text,
        message: text,
        retryable: fc.boolean(),
        similar: fc.array(text, { maxLength: 4 }),
        scriptOf: text,
        file: fc.record({ mode: fc.nat(0o177777), owner: text }),
      }),
    ),
    port: optional(
      fc.record(
        {
          port: fc.integer({ min: 1, max: 65_535 }),
          holder: fc.record({
            pid,
            name: text,
            command: text,
            startTime: text,
            service: text,
            leftFromOwnRun: fc.boolean(),
          }),
          freePort: fc.integer({ min: 1, max: 65_535 }),
          range,
        },
        { requiredKeys: ['port'] },
      ),
    ),
    refused: optional(fc.record({ host: text, port: fc.constant(5432), service: names })),
    waitingFor: fc.array(fc.record({ service: names, condition: fc.constantFrom('started', 'healthy', 'completed') }), {
      maxLength: 4,
    }),
    stopsAfter: fc.array(names, { maxLength: 4 }),
    missing: fc.array(
      fc.record({ kind: fc.constantFrom('env', 'credential', 'file', 'env-file', 'too-long'), name: text, range }),
      {
        maxLength: 3,
      },
    ),
    stop: optional(
      fc.record(
        {
          signal: text,
          askedAtMs: number,
          timeoutMs: number,
          remaining: fc.array(fc.record({ pid, name: text, state: fc.constantFrom('S', 'D', 'R'), command: text }), {
            maxLength: 12,
          }),
          killedAtMs: number,
          unkillable: fc.boolean(),
        },
        { requiredKeys: ['signal', 'askedAtMs', 'timeoutMs', 'remaining', 'unkillable'] },
      ),
    ),
    unhealthy: optional(
      fc.record(
        { check: text, text, target: text, sinceMs: number, failures: number, range },
        { requiredKeys: ['check', 'text'] },
      ),
    ),
    hook: optional(
      fc.record({
        name: fc.constantFrom('pre_start', 'post_start', 'post_stop'),
        commandLine: text,
        exitCode: fc.option(number),
        timedOut: fc.boolean(),
        lastLines: lines,
      }),
    ),
    disabledBy: optional(fc.constantFrom('file', 'person')),
    enabledRange: optional(range),
    lastLines: lines,
  })
  .map((record) => compact(record) as ServiceFacts)

const broken = /undefined|NaN|null|\[object|Infinity/
// biome-ignore lint/suspicious/noControlCharactersInRegex: no control character may come through
const control = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/

it('explains any facts, in whole words, within bounds', () => {
  fc.assert(
    fc.property(fc.array(facts, { minLength: 1, maxLength: 8 }), number, (all, nowMs) => {
      const byName = new Map(all.map((each) => [each.name, each]))
      for (const { name } of all) {
        const why = explain(name, (other) => byName.get(other), nowMs)
        if (!why) continue
        expect(whySchema.safeParse(why).success).toBe(true)
        expect(why.sentence.trim()).not.toBe('')
        expect(why.chain.length).toBeGreaterThan(0)
        expect(why.chain.length).toBeLessThanOrEqual(32)
        expect(why.fixes.length).toBeLessThanOrEqual(6)
        expect(why.lastLines?.length ?? 0).toBeLessThanOrEqual(20)
        const texts = [
          why.sentence,
          ...why.chain.flatMap(({ subject, fact }) => [subject, fact]),
          ...why.fixes.map(({ label }) => label),
        ]
        for (const each of texts) {
          expect(each).not.toMatch(broken)
          expect(each).not.toMatch(control)
          expect(each.length).toBeLessThanOrEqual(600)
        }
        expect(why.chain.every(({ fact }) => fact.trim() !== '')).toBe(true)
        expect(formatWhy(why)).not.toMatch(broken)
      }
    }),
    { numRuns: 1_000 },
  )
})

it('has something to say about every state that is not as wanted', () => {
  fc.assert(
    fc.property(facts, (each) => {
      const wrong = each.state === 'failed' || each.state === 'backoff' || each.state === 'stopping'
      if (wrong) expect(explain(each.name, () => each, 0)).not.toBeNull()
    }),
    { numRuns: 1_000 },
  )
})

it('reads lines of any kind without an end to it', () => {
  // What a hostile line may be made of: repeats of what the patterns look for.
  const pieces = fc.constantFrom(
    'port ',
    ' in use',
    ':3000',
    'EADDRINUSE ',
    'A_B_C',
    ' is not set',
    "'",
    '"',
    '(',
    ' ',
    'a',
    '/',
    '-- ',
    'environment variable ',
    'Node ',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 400 }), (parts) => {
      const hostile = parts.join('').slice(0, 1_000)
      expect(portsIn([hostile]).every((port) => port > 0 && port < 65_536)).toBe(true)
      expect(refusedIn([hostile]).length).toBeLessThanOrEqual(1)
      for (const { match } of patterns) match.exec(hostile)
    }),
    { numRuns: 500 },
  )
})

it('has patterns with names of their own and without state between lines', () => {
  expect(new Set(patterns.map(({ id }) => id)).size).toBe(patterns.length)
  expect(patterns.filter(({ match }) => match.global || match.sticky)).toEqual([])
})
