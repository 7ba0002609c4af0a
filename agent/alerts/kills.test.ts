import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { configurationOf } from '../config/fixtures/load.ts'
import { openStore } from '../store/index.ts'
import { Deliveries } from './deliver/index.ts'
import { AlertEngine } from './engine.ts'
import { SetClock } from './fixtures/clock.ts'
import { Keeper } from './keep.ts'
import { ruleOf } from './rule.ts'
import { Teller } from './teller.ts'

// What an agent that is killed leaves is its database as far as that was written: SQLite's log, ended somewhere. So one
// agent runs through a story, its log is cut in the midst of what follows each transaction, and another agent goes on with
// what is left, in a world that may be another by then.

const lookMs = 5_000
const services = ['a', 'b', 'c', 'd']
const times = (count: number, failing: string): string[] => Array.from({ length: count }, () => failing)
/** So many looks, and what is new or over has been told. */
const enough = 4
/** What fails at each look: once the first, then what joins, what ends beside another, both at once, and the last end. */
const story = ['', 'a', 'ab', 'b', 'c', ''].flatMap((failing) => times(enough, failing))

/** What becomes of the world once an agent was killed at a look, and by what alerts are told together then. */
const sequels: Readonly<Record<string, { looks: (at: number) => string[]; groupBy?: readonly string[] }>> = {
  'it goes on as it was': { looks: (at) => story.slice(at) },
  'all was over meanwhile': { looks: () => [] },
  'something else fails as well by then': { looks: (at) => times(enough, `${story[at]}d`) },
  'all but one was over meanwhile': { looks: () => times(enough, 'd') },
  'it goes on, in other groups': { looks: (at) => story.slice(at), groupBy: ['service'] },
}

const message = '{{#alerts}}{{service}} {{#endsAt}}is over{{/endsAt}}{{^endsAt}}fires{{/endsAt}}\n{{/alerts}}'
const hcl = `notification "panel" {\n  type = "desktop"\n  text = ${JSON.stringify(message)}\n}\n`

interface Heard {
  id: string
  sentences: string[]
  /** How much of the log there was when it was told. */
  logBytes: number
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hxe-kills-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))

const databaseIn = (dataDir: string): string => join(dataDir, 'hxe.db')
const logIn = (dataDir: string): string => `${databaseIn(dataDir)}-wal`

/** An agent's alerts over a data directory, which looks when it is told to. */
async function openAlerts(dataDir: string, clock: SetClock, newId: () => string, groupBy: readonly string[] = []) {
  const fail = (error: unknown): never => {
    throw error
  }
  const configuration = await configurationOf(hcl)
  const store = await openStore({ dataDir })
  const heard: Heard[] = []
  const deliveries = new Deliveries({
    ...{ configuration: () => configuration, late: () => ({ env: {}, readFile: () => '' }) },
    ...{ store: store.deliveries, clock, hostName: 'here', env: {}, newId, onFailing: fail, log: { warn: fail } },
    showOnDesktop: ({ id, text }) =>
      heard.push({ id, sentences: text.split('\n'), logBytes: statSync(logIn(dataDir)).size }),
  })
  const keeper = new Keeper(store, fail)
  const timing = { groupWaitMs: lookMs, groupIntervalMs: 2 * lookMs, repeatIntervalMs: 3_600_000 }
  const teller = new Teller({
    keeper,
    deliverer: deliveries,
    world: { dependsOn: () => [], serviceOf: (name) => name, isUnwell: () => false, unjudged: () => undefined },
    policy: () => ({ notify: ['panel'], groupBy, ...timing, routes: [] }),
    ...{ inhibitions: () => [], windows: () => [], nextDue: () => undefined },
    ...{ isThere: () => true, isDesktop: () => false },
    ...{ newId, onProblem: fail },
  })
  const engine = new AlertEngine({
    ...{ clock, newId, keeper, teller, onProblem: fail, tell: () => undefined, changed: () => undefined },
    ...{ hostName: () => 'here', shownName: () => 'here', wordsOf: () => undefined },
  })
  const range = { file: 'a.hcl', line: 1 }
  engine.setRules([ruleOf({ name: 'down', range, when: 'state == "failed"', keepFiringForMs: 0 }, undefined)])
  deliveries.onOutcome((delivery, { alerts }) => engine.noteOutcome(delivery, alerts))
  const waits = (): boolean => deliveries.notifications().some(({ waiting }) => waiting > 0)
  /** What is written or told follows from what was before: it takes a few answers of the store. */
  const calm = async (): Promise<void> => {
    for (let answers = 0; answers < 6; answers += 1) {
      await store.keep('silence', 'none', null)
      if (waits()) answers = 0
    }
  }
  await deliveries.open()
  engine.restore()
  return {
    heard,
    async look(failing: string): Promise<void> {
      for (const name of services)
        engine.setService(name, {
          ...{ name, service: name, tags: [], groups: [], app: null, type: 'service', health: 'none', desired: 'up' },
          ...{ state: failing.includes(name) ? 'failed' : 'running', reason: '', startedAtMs: 0 },
          memoryLimitBytes: undefined,
        })
      engine.take({ atMs: 0, services: new Map(), host: {}, agent: {}, labelled: [] })
      await calm()
      clock.pass(lookMs)
    },
    async close(): Promise<void> {
      engine.end()
      deliveries.close()
      await store.close()
    },
  }
}

/** Where SQLite's log may end: behind the frames that complete a transaction (https://sqlite.org/fileformat2.html#walformat). */
function endsOf(log: Buffer): number[] {
  const frameBytes = 24 + log.readUInt32BE(8)
  const salts = log.subarray(16, 24)
  const ends: number[] = []
  for (let at = 32; at + frameBytes <= log.length; at += frameBytes) {
    expect(log.subarray(at + 8, at + 16), 'the log was begun anew, so its beginning is lost').toEqual(salts)
    if (log.readUInt32BE(at + 4) !== 0) ends.push(at + frameBytes)
  }
  return ends
}

/** What is wrong with all that a receiver has heard; nothing where each thing was told once, and each end. */
function wrongIn(heard: readonly Heard[]): string[] {
  const messages = new Map<string, string>()
  const known = new Set<string>()
  const wrong: string[] = []
  for (const { id, sentences } of heard) {
    const text = sentences.join(', ')
    const before = messages.get(id)
    messages.set(id, text)
    if (before !== undefined) {
      if (before !== text) wrong.push(`${id} said "${before}", then "${text}"`)
      continue
    }
    if (sentences.every((sentence) => known.has(sentence))) wrong.push(`"${text}" came again as ${id}`)
    for (const sentence of sentences) {
      const isOver = sentence.endsWith('is over')
      if (isOver && known.has(sentence)) wrong.push(`"${sentence}" came again in ${id}`)
      if (isOver && !known.has(sentence.replace('is over', 'fires'))) wrong.push(`"${sentence}" came out of the blue`)
      known.add(sentence)
    }
  }
  for (const name of services)
    if (known.has(`${name} fires`) && !known.has(`${name} is over`)) wrong.push(`the end of ${name} was not told`)
  return wrong
}

/** What failed for long enough to be told. */
const mustFire = (looks: readonly string[]): string[] =>
  services.filter((name) => looks.some((_, at) => isAll(looks.slice(at, at + enough), name)))
const isAll = (looks: readonly string[], name: string): boolean =>
  looks.length === enough && looks.every((failing) => failing.includes(name))

test('of an agent that is killed at any of its writes nothing is told twice under two ids, and nothing is missed', async () => {
  let ids = 0
  const newId = (): string => `i${ids++}`
  const lived = join(folder, 'lived')
  mkdirSync(lived)
  const before = await openAlerts(lived, new SetClock(), newId)
  /** How much of the log there was at the end of each look. */
  const logBytes: number[] = []
  for (const failing of story) {
    await before.look(failing)
    logBytes.push(statSync(logIn(lived)).size)
  }
  copyFileSync(databaseIn(lived), join(folder, 'hxe.db'))
  const log = readFileSync(logIn(lived))
  await before.close()
  expect(before.heard.map(({ sentences }) => sentences.join(', '))).toEqual([
    'a fires',
    'a fires, b fires',
    'b fires, a is over',
    'c fires, b is over',
    'c is over',
  ])

  const wrong: string[] = []
  const ends = endsOf(log)
  // Of each message: that it is told, that it arrived, and that the alerts know.
  expect(ends.length).toBeGreaterThanOrEqual(3 * before.heard.length)
  for (const [nth, end] of ends.entries()) {
    const cut = Math.floor((end + (ends[nth + 1] ?? end)) / 2)
    const at = logBytes.findIndex((bytes) => end <= bytes)
    for (const [title, { looks: looksFrom, groupBy }] of Object.entries(sequels)) {
      const dataDir = join(folder, `${end} ${title}`)
      mkdirSync(dataDir)
      copyFileSync(join(folder, 'hxe.db'), databaseIn(dataDir))
      writeFileSync(logIn(dataDir), log.subarray(0, cut))
      const clock = new SetClock()
      clock.pass(at * lookMs + 1_000)
      const after = await openAlerts(dataDir, clock, newId, groupBy)
      const looks = [...looksFrom(at), ...times(enough, '')]
      for (const failing of looks) await after.look(failing)
      await after.close()
      // Killed in the instant in which it was about to tell, it may have told or not.
      for (const isTold of [(bytes: number) => bytes <= cut, (bytes: number) => bytes < end]) {
        const heard = [...before.heard.filter((each) => isTold(each.logBytes)), ...after.heard]
        const missed = mustFire(looks).filter(
          (name) => !heard.some(({ sentences }) => sentences.includes(`${name} fires`)),
        )
        const where = `killed at look ${at}, behind ${end} bytes; ${title}`
        wrong.push(...[...wrongIn(heard), ...missed.map((name) => `${name} was not told`)].map((e) => `${where}: ${e}`))
      }
      rmSync(dataDir, { recursive: true })
    }
  }
  expect(wrong).toEqual([])
}, 150_000)
