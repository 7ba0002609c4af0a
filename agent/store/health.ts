import type { Opened } from './protocol.ts'
import type { StoreHealth } from './types.ts'

/** What is wrong with the database, for whoever wants to know. */
export function createHealth(opened: Opened) {
  const listeners = new Set<(health: StoreHealth) => void>()
  let health: StoreHealth = {
    ok: true,
    ...(opened.setAside !== undefined && { setAside: opened.setAside }),
    ...(opened.notes.length > 0 && { notes: opened.notes }),
  }
  return {
    get: () => health,
    set(problem: string | undefined, setAside: string | undefined): void {
      if (problem === health.problem && setAside === undefined) return
      const { problem: _was, ...rest } = health
      health = {
        ...rest,
        ok: problem === undefined,
        ...(problem !== undefined && { problem }),
        ...(setAside !== undefined && { setAside }),
      }
      for (const listener of listeners) listener(health)
    },
    listen(listener: (health: StoreHealth) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
