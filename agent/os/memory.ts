import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { loadLibc } from './linux/libc.ts'

/** glibc's `M_ARENA_MAX`. */
const arenaMax = -8

/**
 * To be called before anything starts a thread: each would otherwise get a heap of its own from the C library, and
 * keep the most that it ever used, which for an agent's dozen of threads is more than all else together.
 */
export function keepHeapsFew(): void {
  loadLibc()?.tuneHeap?.(arenaMax, 1)
}

let collect: (() => void) | undefined

/** A collection halts the loop for some 30 ms, which a window would show; the headless agent's clients do not see it. */
function collector(): () => void {
  if (process.versions.electron) return () => undefined
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

/** Gives back to the system what starting or reading has left behind; for moments when that is over. */
export function releaseMemory(): void {
  collect ??= collector()
  collect()
  loadLibc()?.trimHeap?.(0)
}
