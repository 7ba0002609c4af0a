import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, createReadStream, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Place, Program } from '../place.ts'
import { cpuSeconds } from '../proc.ts'
import { hxe, type RunningHxe } from '../supervisors.ts'
import type { Figure } from '../table.ts'
import { type Bench, type Measurement, pause } from './common.ts'

const writer = fileURLToPath(new URL('../fixtures/writer.mjs', import.meta.url))
const lineBytes = 100
const patienceMs = 120_000

interface Outcome {
  /** From the program's first line to its last. */
  writeMs: number
  /** From then until the supervisor has it all. */
  behindMs: number
  cpuS: number
  lost: number
  doubled: number
}

/** A program that writes as fast as it can, through a supervisor and straight to a file. */
export const logs: Measurement = async (bench) => {
  const megabytes = bench.quick ? 20 : 200
  const lines = (megabytes * 1e6) / lineBytes
  const name = `${megabytes} MB of log`
  const own = await throughHxe(bench, lines)
  bench.say('HXE has written')
  const peer = bench.pm2 ? await throughPm2(bench, bench.pm2, lines) : undefined
  bench.say('PM2 has written')
  const plainMs = await toFile(bench.place, lines)
  const of = (read: (outcome: Outcome) => number): Figure['values'] => ({
    HXE: read(own),
    ...(peer ? { PM2: read(peer) } : {}),
  })
  const speed: Figure = {
    work: `${name}, the program (fork: to a file)`,
    unit: 'MB/s',
    values: { ...of(({ writeMs }) => megabytes / (writeMs / 1000)), fork: megabytes / (plainMs / 1000) },
    moreIsBetter: true,
    goal: 450,
  }
  return [
    speed,
    { work: `${name}, until all is kept`, unit: 's', values: of(({ behindMs }) => behindMs / 1000) },
    { work: `${name}, CPU of the supervisor`, unit: 's', values: of(({ cpuS }) => cpuS), goal: 0.3 },
    { work: `${name}, lines lost`, unit: '', values: of(({ lost }) => lost), goal: 0 },
    { work: `${name}, lines doubled`, unit: '', values: of(({ doubled }) => doubled), goal: 0 },
  ]
}

function program(place: Place, lines: number): { program: Program; result: string } {
  const result = join(place.fresh('writer'), 'result')
  return {
    program: { name: 'writer', argv: [process.execPath, writer, result, String(lines)], keep: false },
    result,
  }
}

async function throughHxe({ place }: Bench, lines: number): Promise<Outcome> {
  const job = program(place, lines)
  const running = await hxe.start(place, [job.program])
  try {
    const outcome = await follow(running.pid, job.result, () => hasLast(running, lines))
    const folder = join(running.dataDir, 'logs', 'writer')
    const segments = readdirSync(folder).filter((file) => file.endsWith('.log'))
    return {
      ...outcome,
      ...(await countLines(
        segments.sort().map((file) => join(folder, file)),
        lines,
      )),
    }
  } finally {
    await running.stop()
  }
}

/** Whether the last line can be read back. */
async function hasLast({ agent }: RunningHxe, lines: number): Promise<boolean> {
  const answer = await agent.ask('/services/writer/logs?limit=1')
  return (await answer.text()).includes(String(lines - 1).padStart(10, '0'))
}

async function throughPm2({ place }: Bench, pm2: NonNullable<Bench['pm2']>, lines: number): Promise<Outcome> {
  const job = program(place, lines)
  const running = await pm2.start(place, [job.program])
  const file = running.outFile('writer')
  try {
    const outcome = await follow(running.pid, job.result, async () => {
      const counted = await countLines([file], lines)
      return counted.lost === 0
    })
    return { ...outcome, ...(await countLines([file], lines)) }
  } finally {
    await running.stop()
  }
}

/** What is lost is told by the count afterwards: here the wait for it ends in time. */
async function follow(
  pid: number,
  result: string,
  allThere: () => Promise<boolean>,
): Promise<Pick<Outcome, 'writeMs' | 'behindMs' | 'cpuS'>> {
  const before = cpuSeconds(pid)
  const deadlineMs = performance.now() + patienceMs
  while (!existsSync(result)) {
    if (performance.now() > deadlineMs) throw new Error(`The writer has not ended within ${patienceMs / 1000} s`)
    await pause(10)
  }
  const writtenAtMs = performance.now()
  while (!(await allThere()) && performance.now() < deadlineMs) await pause(50)
  return {
    writeMs: Number(readFileSync(result, 'utf8')),
    behindMs: performance.now() - writtenAtMs,
    cpuS: cpuSeconds(pid) - before,
  }
}

async function toFile(place: Place, lines: number): Promise<number> {
  const { program: job, result } = program(place, lines)
  const [command = '', ...args] = job.argv
  const fd = openSync(join(place.fresh('plain'), 'out'), 'a')
  await once(spawn(command, args, { env: place.env, stdio: ['ignore', fd, 'inherit'] }), 'exit')
  closeSync(fd)
  return Number(readFileSync(result, 'utf8'))
}

/** Books over the numbers that the lines begin with. */
async function countLines(files: readonly string[], lines: number): Promise<{ lost: number; doubled: number }> {
  const seen = new Uint8Array(lines)
  let doubled = 0
  let rest = Buffer.alloc(0)
  for (const file of files) {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      const bytes = Buffer.concat([rest, chunk as Buffer])
      let at = 0
      for (let end = bytes.indexOf(10, at); end >= 0; end = bytes.indexOf(10, at)) {
        const number = Number(bytes.toString('latin1', at, at + 10))
        if (seen[number] === 1) doubled++
        else if (number < lines) seen[number] = 1
        at = end + 1
      }
      rest = bytes.subarray(at)
    }
  }
  return { lost: seen.reduce((missing, flag) => missing + (flag === 0 ? 1 : 0), 0), doubled }
}
