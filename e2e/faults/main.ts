import { parseArgs } from 'node:util'
import { World } from './harness.ts'
import { faults } from './index.ts'
import { Random } from './random.ts'

// All faults at full count, in random order, again and again until the time is over: npm run faults -- --minutes 60

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    /** Numbers, with commas between them. */
    only: { type: 'string' },
    /** Each fault once, shortened. */
    once: { type: 'boolean', default: false },
  },
})

interface Row {
  runs: number
  failures: string[]
  seconds: number
  unable?: string
}

const only = values.only?.split(',').map(Number)
const chosen = faults.filter(({ id }) => !only || only.includes(id))
const random = new Random(Number(values.seed))
const endMs = performance.now() + Number(values.minutes) * 60_000
const rows = new Map<number, Row>()
let interrupted = false
process.once('SIGINT', () => {
  interrupted = true
})

console.log(`faults: seed ${values.seed}, ${values.once ? 'once each' : `${values.minutes} minutes`}`)
rounds: for (;;) {
  for (const fault of random.shuffled(chosen)) {
    if (interrupted || (!values.once && performance.now() > endMs)) break rounds
    const row = rows.get(fault.id) ?? { runs: 0, failures: [], seconds: 0 }
    rows.set(fault.id, row)
    const unable = fault.unable?.()
    if (unable !== undefined) {
      row.unable = unable
      continue
    }
    const seed = random.between(0, 2 ** 31)
    const beganMs = performance.now()
    const world = new World(new Random(seed))
    try {
      await fault.run(world, values.once ? 'once' : 'full')
      await world.close()
    } catch (error) {
      row.failures.push(error instanceof Error ? error.message : String(error))
      console.log(`fault ${fault.id} failed (seed ${seed}): ${error instanceof Error ? error.stack : String(error)}`)
    } finally {
      await world.clear().catch((error: unknown) => console.log(`fault ${fault.id} left something: ${String(error)}`))
    }
    row.runs++
    const seconds = (performance.now() - beganMs) / 1000
    row.seconds += seconds
    console.log(`${String(fault.id).padStart(3)}  ${seconds.toFixed(1).padStart(6)} s  ${fault.title}`)
  }
  if (values.once || chosen.every(({ unable }) => unable?.() !== undefined)) break
}

console.log('\n  #  runs  failed  seconds  fault')
let failed = 0
for (const { id, title } of chosen) {
  const row = rows.get(id)
  failed += row?.failures.length ?? 0
  const text = row?.unable ? `${title} (not here: ${row.unable})` : title
  const cells = [id, row?.runs ?? 0, row?.failures.length ?? 0, Math.round(row?.seconds ?? 0)]
  const [number, runs, bad, seconds] = cells.map(String)
  console.log(`${number?.padStart(3)}  ${runs?.padStart(4)}  ${bad?.padStart(6)}  ${seconds?.padStart(7)}  ${text}`)
}
const total = [...rows.values()].reduce((sum, { runs }) => sum + runs, 0)
console.log(`\n${total} runs, ${failed} failed, seed ${values.seed}`)
process.exitCode = failed > 0 ? 1 : 0
