import { parseArgs } from 'node:util'
import { messageOf } from '../../contract/failure.ts'
import { type Fault, sleepMs, World } from './harness.ts'
import { faults } from './index.ts'
import { Random } from './random.ts'

// All faults at full count, in random order, again and again until the time is over: npm run faults -- --minutes 60

const options = {
  minutes: { type: 'string', default: '60' },
  seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
  /** Numbers, with commas between them. */
  only: { type: 'string' },
  /** The seed of one fault, as the table names it: does that one again. */
  with: { type: 'string' },
  /** Each fault once, shortened. */
  once: { type: 'boolean', default: false },
} as const

function readOptions() {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    const names = Object.keys(options).map((name) => `--${name}`)
    console.error(`${messageOf(error)}\nThe options are ${names.join(', ')}.`)
    process.exit(2)
  }
}

const values = readOptions()

const usualBudgetS = 40
/** No fault is given more than this at a time, so that one run is many faults. */
const mostBudgetMs = 240_000
/** A fault ends by itself soon after its budget; this much later it is held to hang. */
const graceMs = 180_000
/** So much of the time is shared out to one round of all faults, so that each has its turn. */
const shared = 5 / 6

interface Row {
  runs: number
  seconds: number
  done: string
  signals: number
  failures: { seed: number; text: string }[]
  unable?: string
}

const only = values.only?.split(',').map(Number)
const chosen = faults.filter(({ id }) => !only || only.includes(id))
const random = new Random(Number(values.seed))
const totalMs = Number(values.minutes) * 60_000
const endMs = performance.now() + totalMs
const rows = new Map<number, Row>(
  chosen.map((fault) => {
    const unable = fault.unable?.()
    return [fault.id, { runs: 0, seconds: 0, done: '', signals: 0, failures: [], ...(unable ? { unable } : {}) }]
  }),
)
const able = chosen.filter(({ id }) => rows.get(id)?.unable === undefined)
const budgetOf = ({ budgetS = usualBudgetS }: Fault): number => budgetS * 1_000
const scale = (totalMs * shared) / able.reduce((sum, fault) => sum + budgetOf(fault), 0)
let interrupted = false
process.once('SIGINT', () => {
  interrupted = true
})

async function runOne(fault: Fault, row: Row, seed: number): Promise<void> {
  const beganMs = performance.now()
  const capMs = able.length === 1 ? totalMs : mostBudgetMs
  const budgetMs = Math.min(budgetOf(fault) * scale, capMs, Math.max(10_000, endMs - beganMs))
  const world = new World(new Random(seed), values.once ? 'once' : 'full', {
    budgetMs,
    trace: fault.traced ?? false,
  })
  const hangs = sleepMs(budgetMs + graceMs).then(() => {
    throw new Error(`It had not ended ${graceMs / 1_000} s after its time`)
  })
  try {
    await Promise.race([world.undergo(fault), hangs])
  } catch (error) {
    const text = messageOf(error)
    row.failures.push({ seed, text: text.split('\n')[0] ?? '' })
    console.log(`fault ${fault.id} failed (seed ${seed}): ${error instanceof Error ? error.stack : text}`)
  } finally {
    await world.clear().catch((error: unknown) => console.log(`fault ${fault.id} left something: ${String(error)}`))
  }
  row.runs++
  row.done = world.done
  row.signals += world.signals.count
  const seconds = (performance.now() - beganMs) / 1000
  row.seconds += seconds
  const rounds = world.done && ` (${world.done})`
  console.log(`${String(fault.id).padStart(3)}  ${seconds.toFixed(1).padStart(6)} s  ${fault.title}${rounds}`)
}

function report(): number {
  console.log('\n  #  runs  passed  failed  seconds  last rounds  signals  fault')
  let failed = 0
  for (const { id, title } of chosen) {
    const { runs, failures, seconds, done, signals, unable } = rows.get(id) as Row
    failed += failures.length
    const numbers = [id, runs, runs - failures.length, failures.length, Math.round(seconds)]
    const widths = [3, 4, 6, 6, 7]
    const cells = numbers.map((value, at) => String(value).padStart(widths[at] ?? 0))
    const more = [
      done.padStart(11),
      String(signals || '').padStart(7),
      unable ? `${title} (not here: ${unable})` : title,
    ]
    console.log([...cells, ...more].join('  '))
    for (const { seed, text } of failures)
      console.log(`     ${text}\n     again: npm run faults -- --only ${id} --with ${seed}`)
  }
  const total = [...rows.values()].reduce((sum, { runs }) => sum + runs, 0)
  const skipped = chosen.length - able.length
  console.log(
    `\n${total} runs, ${total - failed} passed, ${failed} failed, ${skipped} not possible here, seed ${values.seed}`,
  )
  return failed
}

console.log(`faults: seed ${values.seed}, ${values.once ? 'once each' : `${values.minutes} minutes`}`)
if (values.with !== undefined) {
  for (const fault of able) await runOne(fault, rows.get(fault.id) as Row, Number(values.with))
} else {
  rounds: while (able.length > 0) {
    for (const fault of random.shuffled(able)) {
      if (interrupted || (!values.once && performance.now() > endMs)) break rounds
      await runOne(fault, rows.get(fault.id) as Row, random.between(0, 2 ** 31))
    }
    if (values.once) break
  }
}
// What a fault that hangs still holds must not keep this from ending.
process.exit(report() > 0 ? 1 : 0)
