import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Ear, type Place } from '../place.ts'
import { cpuSeconds, pssMiB } from '../proc.ts'
import { hxe, type Running } from '../supervisors.ts'
import type { Figure } from '../table.ts'
import { type Bench, type Measurement, pause } from './common.ts'

/** What a supervisor costs while its services do nothing. Beside it an empty Node process, for the memory. */
export const idle: Measurement = async (bench) => {
  const figures: Figure[] = []
  const sizes = [[100, 0.05, 60] as const, ...(bench.quick ? [] : [[500, 0.1, 70] as const])]
  const empty = await emptyNode(bench.place)
  for (const [count, cpuGoal, memoryGoal] of sizes) {
    const cpu: Figure = { work: `idle with ${count} services, CPU`, unit: '% of a core', values: {}, goal: cpuGoal }
    const memory: Figure = { work: `idle with ${count} services, PSS`, unit: 'MiB', values: {}, goal: memoryGoal }
    for (const supervisor of [hxe, ...(bench.pm2 ? [bench.pm2] : [])]) {
      const ear = new Ear(bench.place)
      const programs = Array.from({ length: count }, (_, index) => ear.sleeper(`service-${index}`))
      const running = await supervisor.start(bench.place, programs)
      try {
        await ear.until(() => ear.pids.size === count, 120_000, `${supervisor.name}: ${count} services`)
        const rest = await watchAtRest(bench, running)
        cpu.values[supervisor.name] = rest.cpuPercent
        memory.values[supervisor.name] = rest.memoryMiB
      } finally {
        await running.stop()
        ear.close()
      }
      bench.say(`${supervisor.name}: ${count} services at rest`)
    }
    memory.values.Node = empty
    figures.push(cpu, memory)
  }
  return figures
}

async function watchAtRest({ quick }: Bench, { pid }: Running): Promise<{ cpuPercent: number; memoryMiB: number }> {
  // What a start leaves behind, compiling and collecting, is over by then.
  await pause(quick ? 3_000 : 60_000)
  const lookMs = quick ? 5_000 : 60_000
  const before = cpuSeconds(pid)
  await pause(lookMs)
  return { cpuPercent: ((cpuSeconds(pid) - before) / lookMs) * 1e5, memoryMiB: pssMiB(pid) }
}

async function emptyNode({ env }: Place): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { env, stdio: 'ignore' })
  await once(child, 'spawn')
  await pause(1_000)
  const memory = pssMiB(child.pid ?? 0)
  child.kill('SIGKILL')
  return memory
}
