import { join } from 'node:path'
import { program, service, type World } from './harness.ts'

// What services of several faults are configured with.

export const quickRestart = 'restart {\n delay = "100ms"\n factor = 1\n max_retries = 1000\n}'
export const quickStop = 'stop {\n timeout = "2s"\n}'
export const stopWithin = (ms: number): string => `stop {\n timeout = "${ms}ms"\n}`
export const never = 'restart {\n policy = "never"\n}'

/** A service that writes numbered lines and notes how many. */
export const counter = (world: World, name: string, ...more: readonly string[]): string =>
  service(name, program('counts.mjs', join(world.notesDir, name), 5, 20), quickRestart, quickStop, ...more)
