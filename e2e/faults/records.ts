import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Silence } from '../../contract/index.ts'
import { never } from './blocks.ts'
import { foldDatabase } from './database.ts'
import { eventually, type Fault, killQuietly, service, type World } from './harness.ts'
import { deliveriesOf, eventsOf, fell, hearing, isTold } from './hearing.ts'
import { named } from './processes.ts'

const database = (world: World): string => join(world.dataDir, 'hxe.db')
const companions = ['-wal', '-shm'] as const

/** Flips a bit at every place where these words stand: also where they stood before. */
function flip(bytes: Buffer, words: string, by: number): void {
  let count = 0
  for (let at = bytes.indexOf(words); at >= 0; at = bytes.indexOf(words, at + 1), count++)
    bytes.writeUInt8(bytes.readUInt8(at + by) ^ 1, at + by)
  assert.ok(count > 0, `"${words}" is not in the database`)
}

const reason = 'it is being mended'

const flippedBits: Fault = {
  id: 48,
  budgetS: 120,
  title: 'bits that flip in the database tell no alert otherwise than it was, and what is damaged is said',
  async run(world) {
    let isAway = true
    const ears = await hearing(world, (response) => void response.writeHead(isAway ? 503 : 200).end())
    world.configure(
      ears.hcl,
      service('keeps', 'sleep 1000'),
      ...['fails', 'quiet'].map((name) => service(name, 'false', never, 'autostart = false')),
    )
    await world.start()
    const { pid } = await world.running('keeps')
    const body = { matchers: [{ name: 'service', op: '=', value: 'quiet' }], reason, duration: '2h' }
    assert.ok((await world.agent.ask('/silences', { method: 'POST', body })).ok)
    for (const name of ['fails', 'quiet']) await world.mustAct(name, 'start')
    await eventually('a message waits', 60_000, async () =>
      (await deliveriesOf(world)).some(({ attempts }) => attempts > 0),
    )
    const [first] = ears.told()
    await world.kill()
    foldDatabase(world.dataDir)
    const good = join(world.folder, 'good.db')
    copyFileSync(database(world), good)
    isAway = false
    const damages: readonly (readonly [string, (bytes: Buffer) => void, RegExp | undefined])[] = [
      ['the message', (bytes) => flip(bytes, '"groupLabels":{"service":"fails"}', 26), /could not be told/],
      ['the silence', (bytes) => flip(bytes, reason, 3), /the stored silence .* is damaged and was left out/],
      [
        'anything',
        (bytes) => {
          // Behind the header, whose version of the format another agent may have written.
          const at = world.random.between(100, bytes.length - 1)
          bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << world.random.between(0, 7)), at)
        },
        undefined,
      ],
    ]
    for (const round of world.rounds(damages.length, 200)) {
      const [what, damage, said] = damages[round % damages.length] as (typeof damages)[number]
      const bytes = readFileSync(good)
      damage(bytes)
      writeFileSync(database(world), bytes)
      for (const suffix of companions) rmSync(database(world) + suffix, { force: true })
      const before = ears.told().length
      await world.start()
      assert.equal((await world.running('keeps')).pid, pid, `the service was touched (${what})`)
      await eventually(
        `nothing waits to be told (${what})`,
        90_000,
        async () => (await deliveriesOf(world)).every(({ state }) => state !== 'waiting'),
        () => ears.sentences(),
      )
      if (said) {
        const texts = async () =>
          [...(await eventsOf(world, 'agent.warning')), ...(await eventsOf(world, 'delivery.failed'))].map(
            ({ text }) => text,
          )
        await eventually(
          `it is said (${what})`,
          60_000,
          async () => (await texts()).some((text) => said.test(text)),
          texts,
        )
      }
      const silences = ((await (await world.agent.ask('/silences')).json()) as { items: Silence[] }).items
      assert.ok(
        silences.every((silence) => silence.reason === reason),
        'a silence is kept otherwise than it was',
      )
      for (const { alerts } of ears.told().slice(before))
        for (const alert of alerts) {
          const known = first?.alerts.find(({ name, service: of }) => name === alert.name && of === alert.service)
          // What is no longer known of why it failed may be told in other words.
          if (said) assert.equal(alert.summary, known?.summary ?? alert.summary, 'an alert was told otherwise')
          assert.match(`${alert.name} of ${alert.service}`, /^service-down of (?:fails|quiet)$/)
          assert.ok(alert.service === 'fails' || silences.length === 0, 'what is kept quiet was told')
        }
      assert.equal((await world.services()).length, 3)
      await world.kill()
    }
    await world.start()
  },
}

/** Holds the lock of the database until it is told to let go. */
async function lockDatabase(world: World, file = database(world)): Promise<() => Promise<void>> {
  const script = join(import.meta.dirname, '..', '..', 'agent', 'store', 'fixtures', 'holds-lock.mjs')
  const holder = spawn(process.execPath, [script, file], { stdio: ['pipe', 'pipe', 'inherit'] })
  world.defer(() => holder.pid !== undefined && killQuietly(holder.pid))
  await once(holder.stdout, 'data')
  return async () => {
    const gone = once(holder, 'exit')
    holder.stdin.end()
    await gone
  }
}

/** Whether an agent has come to its database. */
function hasOpened(world: World): boolean {
  return named('dist/cli.js', world.dataDir).some((pid) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === database(world))
    } catch {
      return false // It has closed one meanwhile.
    }
  })
}

const lockedDatabase: Fault = {
  id: 50,
  budgetS: 60,
  title: 'a database that another process holds stops no service and no alert, is said, and nothing is told twice',
  async run(world) {
    let isAway = true
    const ears = await hearing(world, (response) => void response.writeHead(isAway ? 503 : 200).end())
    const victims = ['first', 'second'].map((name) => service(name, 'sleep 1000', never))
    world.configure(ears.hcl, service('keeps', 'sleep 1000'), ...victims)
    await world.start()
    const { pid } = await world.running('keeps')
    await fell(world, ears, 'first')
    await world.kill()
    foldDatabase(world.dataDir)
    const other = join(world.folder, 'other.db')
    copyFileSync(database(world), other)

    // Before an agent has it: it is waited for, and then what was to be told is told.
    isAway = false
    const before = ears.told().length
    const letGo = await lockDatabase(world)
    const starting = world.start()
    await eventually('the agent wants the database', 60_000, () => hasOpened(world))
    await letGo()
    await starting
    assert.equal((await world.running('keeps')).pid, pid)
    await eventually('it is told', 60_000, () => ears.told().length > before)
    assert.equal(new Set(ears.told().map(({ id }) => id)).size, 1, 'it was told anew')

    // Under an agent: another one is put in its place, as from a backup, and is held.
    const letGoAgain = await lockDatabase(world, other)
    renameSync(other, database(world))
    for (const suffix of companions) rmSync(database(world) + suffix, { force: true })
    await fell(world, ears, 'second')
    const warnings = async (): Promise<string[]> => (await eventsOf(world, 'agent.warning')).map(({ text }) => text)
    const isSaid = async (): Promise<boolean> =>
      (await warnings()).some((text) => /locked by another process/.test(text))
    await eventually('it is said', 60_000, isSaid, warnings)
    assert.equal((await world.running('keeps')).pid, pid)
    await letGoAgain()
    await eventually('what is wished is saved again', 60_000, async () => (await world.act('second', 'stop')).ok)
    await world.kill()
    await world.start()
    assert.equal((await world.running('keeps')).pid, pid)
    await isTold('it is over', ears.toldOf, 'service-down', 'second is over')
    assert.deepEqual(
      ears.toldOf('service-down').filter((sentence) => sentence.startsWith('second')),
      ['second fires', 'second is over'],
      'what happened meanwhile was told twice, or not (I9)',
    )
  },
}

export const records: readonly Fault[] = [flippedBits, lockedDatabase]
