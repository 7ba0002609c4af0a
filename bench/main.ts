import { cpus, release, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { messageOf } from '../contract/failure.ts'
import { Place } from './place.ts'
import { Pm2 } from './pm2.ts'
import { type Figure, render } from './table.ts'
import { alerts } from './work/alerts.ts'
import type { Bench, Measurement } from './work/common.ts'
import { config } from './work/config.ts'
import { desktopWith } from './work/desktop.ts'
import { fleet } from './work/fleet.ts'
import { forecast } from './work/forecast.ts'
import { idle } from './work/idle.ts'
import { list } from './work/list.ts'
import { logs } from './work/logs.ts'
import { logview } from './work/logview.ts'
import { metrics } from './work/metrics.ts'
import { promises } from './work/promises.ts'
import { respawn } from './work/respawn.ts'
import { start } from './work/start.ts'

const measurements: Readonly<Record<string, Measurement>> = {
  respawn,
  start,
  idle,
  logs,
  list,
  logview,
  'desktop-3': desktopWith(3),
  'desktop-500': desktopWith(500),
  'desktop-10000': desktopWith(10_000),
  config,
  forecast,
  metrics,
  alerts,
  promises,
  fleet,
}
/** Of one measurement: one that hangs ends it all, and what has been measured by then is printed. */
const longestMs = 20 * 60_000

const usage = `npm run bench -- [--only NAME]… [--quick]

  --only NAME   one of ${Object.keys(measurements).join(', ')}, or desktop
                for its three; may be repeated
  --quick       few rounds, at most 100 services: to see that it works, not to compare

Figures are of Linux, from outside: REST, /proc and the clock. PM2 is installed into the cache folder.`

const say = (line: string): void => console.error(line)

function chosen(): { names: string[]; quick: boolean } | undefined {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return undefined
  const all = Object.keys(measurements)
  const names = values.only?.flatMap((wanted) => {
    const meant = all.filter((name) => name === wanted || name.startsWith(`${wanted}-`))
    if (meant.length === 0) throw new Error(`There is no measurement "${wanted}".\n\n${usage}`)
    return meant
  })
  return { names: names ?? all, quick: values.quick }
}

async function measure(
  { names, quick }: { names: readonly string[]; quick: boolean },
  place: Place,
  figures: Figure[],
  onBegin: () => void,
): Promise<void> {
  const pm2 = await Pm2.install(place).catch((error: Error) => {
    say(`PM2 is left out: it cannot be installed (${error.message.split('\n')[0]})`)
    return undefined
  })
  for (const name of names) {
    const bench: Bench = { place, pm2, quick, say: (line) => say(`  ${line}`) }
    say(name)
    onBegin()
    try {
      const measured = (await measurements[name]?.(bench)) ?? []
      figures.push(...measured)
      say(render(measured))
    } catch (error) {
      say(`  ${name} failed: ${messageOf(error)}`)
      process.exitCode = 1
    } finally {
      place.sweep()
    }
  }
}

function print(figures: readonly Figure[], quick: boolean): void {
  const [processor] = cpus()
  const machine = `${cpus().length} × ${processor?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`
  console.log(`\n${machine}, Node ${process.version}${quick ? ', quick' : ''}\n\n${render(figures)}`)
}

function giveUp(place: Place, why: string): never {
  say(why)
  place.remove()
  process.exit(1)
}

async function main(): Promise<void> {
  const choice = chosen()
  if (!choice) return console.log(usage)
  if (process.platform !== 'linux') throw new Error('The benchmarks read /proc, so they run on Linux only.')
  const place = new Place()
  const figures: Figure[] = []
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      print(figures, choice.quick)
      giveUp(place, 'Ended before its time.')
    })
  const timer = setTimeout(() => {
    print(figures, choice.quick)
    giveUp(place, `One measurement was not done within ${longestMs / 60_000} minutes.`)
  }, longestMs)
  try {
    await measure(choice, place, figures, () => timer.refresh())
    print(figures, choice.quick)
  } finally {
    clearTimeout(timer)
    place.remove()
  }
}

main().catch((error: Error) => {
  say(error.message)
  process.exitCode = 2
})
