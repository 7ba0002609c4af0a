import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { loadLibc } from './linux/libc.ts'

/** glibc's `M_ARENA_MAX` and `M_TRIM_THRESHOLD`. */
const arenaMax = -8
const trimThreshold = -1
/** What a heap may keep at its end, which no trimming reaches unless it is the first one; by itself it grows to 64 MiB. */
const keptAtEndBytes = 256 * 1024

/**
 * To be called before anything starts a thread: each would otherwise get a heap of its own from the C library, and
 * keep the most that it ever used, which for an agent's dozen of threads is more than all else together.
 */
export function tuneHeaps(): void {
  const libc = loadLibc()
  libc?.tuneHeap?.(arenaMax, 1)
  libc?.tuneHeap?.(trimThreshold, keptAtEndBytes)
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
