import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, type Fault, service, type World } from './harness.ts'

const zones = [
  'Australia/Lord_Howe',
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'Pacific/Auckland',
] as const
const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** What an agent may take to be there before the time that it is started for; doubled where that was too short. */
const leadMs = 12_000

/** Debian's libfaketime, which gives a program another wall clock. */
export function libfaketime(): string | undefined {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib').filter((name) => name.endsWith('-linux-gnu')) : []
  return folders.map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`).find((path) => existsSync(path))
}

function offsetMs(zone: string, atMs: number): number {
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(
    atMs,
  )
  return Date.parse(`${text.replace(' ', 'T')}Z`) - Math.floor(atMs / 1_000) * 1_000
}

/** When the clocks of a zone go forward or back in the year to come, to the minute. */
function changeOf(zone: string, forward: boolean): { atMs: number; byMs: number } {
  for (let atMs = Math.ceil(Date.now() / hourMs) * hourMs; ; atMs += 30 * minuteMs) {
    const byMs = offsetMs(zone, atMs) - offsetMs(zone, atMs - 30 * minuteMs)
    if (byMs !== 0 && byMs > 0 === forward) return { atMs, byMs: Math.abs(byMs) }
    assert.ok(atMs < Date.now() + 400 * 24 * hourMs, `${zone} changes no clocks`)
  }
}

/** The schedule of a time of day, told in milliseconds of the wall clock. */
function daily(wallMs: number): string {
  const at = new Date(wallMs)
  return `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`
}

const notesOf = (world: World, name: string): string => join(world.notesDir, name)

/** The wall-clock seconds at which a job has run. */
function runsOf(world: World, name: string): number[] {
  const file = notesOf(world, name)
  // It makes the file a moment before it writes.
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
  return lines.map(Number)
}

const job = (world: World, name: string, schedule: string, zone: string | undefined): string =>
  service(
    name,
    `sh -c "date +%s >> ${notesOf(world, name)}"`,
    'type = "cron"',
    `schedule = "${schedule}"`,
    ...(zone ? [`timezone = "${zone}"`] : []),
  )

/** The notes as they are now, and how to have them like that again. */
function keepNotes(world: World): () => void {
  const kept = readdirSync(world.notesDir).map((name) => [name, readFileSync(notesOf(world, name))] as const)
  return () => {
    for (const name of readdirSync(world.notesDir)) rmSync(notesOf(world, name))
    for (const [name, text] of kept) writeFileSync(notesOf(world, name), text)
  }
}

/** What gives an agent the wall clock of a file, and the zone. */
export const clockEnv = (world: World, zone: string): NodeJS.ProcessEnv => ({
  TZ: zone,
  LD_PRELOAD: libfaketime(),
  FAKETIME_TIMESTAMP_FILE: join(world.folder, 'wall-clock'),
  FAKETIME_NO_CACHE: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  NO_FAKE_STAT: '1',
})

/** Starts an agent whose wall clock tells a while before a time; answers when it is there in time. */
async function startBefore(world: World, atMs: number, zone: string): Promise<void> {
  const forget = keepNotes(world)
  for (let lead = leadMs; ; lead *= 2) {
    const shiftS = Math.round((atMs - lead - Date.now()) / 1_000)
    setClock(world, shiftS)
    await world.start({ env: clockEnv(world, zone) })
    if (Date.now() + shiftS * 1_000 < atMs - 1_000) return
    await world.stop()
    forget()
  }
}

export const setClock = (world: World, shiftS: number): void => {
  const shift = shiftS < 0 ? String(shiftS) : `+${shiftS}`
  // Put in its place whole, since whoever asks for the time reads it: from half of it he would have another one.
  const file = join(world.folder, 'wall-clock')
  writeFileSync(`${file}.new`, `${shift}s\n`)
  renameSync(`${file}.new`, file)
}

const clockChanges: Fault = {
  id: 57,
  budgetS: 200,
  title: 'a time of day that a change of clocks skips runs once at the next minute, and one that it repeats runs once',
  unable: () => (libfaketime() ? undefined : 'needs libfaketime'),
  async run(world) {
    for (const round of world.rounds(1, zones.length)) {
      const zone = zones[round % zones.length] ?? 'Europe/Berlin'
      // Half of them as the zone of the machine, the others as that of the job.
      const own = round % 2 === 0 ? zone : undefined
      const around = own ? 'UTC' : zone
      const control = (atMs: number): string => job(world, 'control', daily(atMs), 'UTC')
      const keeps = service('keeps', 'sleep 1000')

      const forward = changeOf(zone, true)
      const gap = forward.atMs + offsetMs(zone, forward.atMs - 1)
      world.configure(job(world, 'skipped', daily(gap + forward.byMs / 2), own), control(forward.atMs), keeps)
      await startBefore(world, forward.atMs, around)
      await eventually('the job runs', 90_000, () => runsOf(world, 'skipped').length > 0)
      await eventually('the control runs', 90_000, () => runsOf(world, 'control').length > 0)
      const [ran = 0, ...more] = runsOf(world, 'skipped')
      assert.deepEqual(more, [], `${zone}: it ran more than once`)
      assert.equal(
        Math.floor((ran * 1_000) / minuteMs),
        forward.atMs / minuteMs,
        `${zone}: not at the next valid minute`,
      )
      const { pid } = await world.running('keeps')
      setClock(world, Math.round((forward.atMs + hourMs - Date.now()) / 1_000))
      await world.converged()
      assert.deepEqual(
        await world.running('keeps').then((one) => [one.pid, one.restarts]),
        [pid, 0],
        'the jump restarted it',
      )
      await world.stop()

      const back = changeOf(zone, false)
      const firstMs = back.atMs - back.byMs / 2
      const repeated = job(world, 'repeated', daily(firstMs + offsetMs(zone, firstMs)), own)
      world.configure(repeated, control(firstMs))
      await startBefore(world, firstMs, around)
      await eventually('the control runs', 90_000, () => runsOf(world, 'control').length > 0)
      await eventually('the job runs at the first of both times', 90_000, () => runsOf(world, 'repeated').length > 0)
      await world.stop()
      rmSync(notesOf(world, 'control'), { force: true })
      world.configure(repeated, control(back.atMs + back.byMs / 2))
      await startBefore(world, back.atMs + back.byMs / 2, around)
      await eventually('the control runs', 90_000, () => runsOf(world, 'control').length > 0)
      assert.equal(runsOf(world, 'repeated').length, 1, `${zone}: it ran at both of the repeated times`)
      await world.stop()
      for (const name of readdirSync(world.notesDir)) rmSync(notesOf(world, name))
    }
  },
}

export const clocks: readonly Fault[] = [clockChanges]
