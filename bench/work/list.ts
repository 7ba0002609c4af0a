import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Ear } from '../place.ts'
import { hxe } from '../supervisors.ts'
import { type Figure, percentile } from '../table.ts'
import { type Bench, type Measurement, timed } from './common.ts'

const run = promisify(execFile)

/** How soon the list of services is there: as a command, and over a connection that is open. */
export const list: Measurement = async (bench) => {
  const figures: Figure[] = []
  const { env } = bench.place
  const nodeMs = await median(bench, () => run(process.execPath, ['-e', '0'], { env }), 10)
  for (const count of bench.quick ? [100] : [100, 500]) {
    const goals = count === 100 ? [{ goal: 110 }, { goal: 2 }] : [{}, {}]
    const own = await listOfHxe(bench, count)
    const peer = bench.pm2 ? await listOfPm2(bench, bench.pm2, count) : undefined
    const of = (kind: 'cliMs' | 'apiMs'): Figure['values'] => ({
      HXE: own[kind],
      ...(peer ? { PM2: peer[kind] } : {}),
    })
    figures.push(
      { work: `list of ${count}, CLI (Node: -e 0)`, unit: 'ms', values: { ...of('cliMs'), Node: nodeMs }, ...goals[0] },
      { work: `list of ${count}, API`, unit: 'ms', values: of('apiMs'), ...goals[1] },
    )
    bench.say(`${count} services`)
  }
  return figures
}

interface Latency {
  cliMs: number
  apiMs: number
}

async function listOfHxe(bench: Bench, count: number): Promise<Latency> {
  const { place } = bench
  const ear = new Ear(place)
  const running = await hxe.start(place, sleepers(ear, count))
  try {
    await ear.until(() => ear.pids.size === count, 120_000, `${count} services`)
    const cli = ['dist/cli.js', 'list', '--data-dir', running.dataDir]
    return {
      cliMs: await median(bench, () => run(process.execPath, cli, { env: place.env, maxBuffer: 64 << 20 }), 15),
      apiMs: await median(bench, async () => (await running.agent.ask('/services')).text(), 100),
    }
  } finally {
    await running.stop()
    ear.close()
  }
}

async function listOfPm2(bench: Bench, pm2: NonNullable<Bench['pm2']>, count: number): Promise<Latency> {
  const ear = new Ear(bench.place)
  const running = await pm2.start(bench.place, sleepers(ear, count))
  const client = await pm2.client()
  try {
    return {
      cliMs: await median(bench, () => pm2.cli('list'), 15),
      apiMs: await median(bench, () => client.list(), 50),
    }
  } finally {
    client.close()
    await running.stop()
    ear.close()
  }
}

const sleepers = (ear: Ear, count: number) =>
  Array.from({ length: count }, (_, index) => ear.sleeper(`service-${index}`))

async function median({ quick }: Bench, work: () => Promise<unknown>, rounds: number): Promise<number> {
  await work()
  const samples: number[] = []
  for (let round = 0; round < (quick ? 3 : rounds); round++) samples.push(await timed(work))
  return percentile(samples, 0.5)
}
