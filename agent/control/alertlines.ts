import type { LogQuery } from '../../contract/index.ts'
import type { Engine } from './engine.ts'

/** How often the log is looked through for what rules count. */
const everyMs = 5_000
/** Lines of one pattern that one look takes in; no rule counts more. */
const mostLines = 1_000

/**
 * Looks for the lines that rules count, for each pattern once, whatever the number of services; the logs end a search that
 * takes too long. Nothing is looked for where no rule names a pattern. `follow` is to be called when the rules have changed.
 */
export function countLines(engine: Engine): { follow: () => void; end: () => void } {
  const { clock, logs, log } = engine.deps
  /** By pattern, up to when lines were counted. */
  const until = new Map<string, number>()
  let cancel = (): void => {}
  let isFollowing = false
  let isEnded = false

  const look = async (pattern: string): Promise<void> => {
    const nowMs = clock.nowMs()
    const sinceMs = until.get(pattern)
    until.set(pattern, nowMs)
    // What was written before the rule came is not counted, nor is it again when the clock was set back.
    if (sinceMs === undefined || sinceMs >= nowMs) return
    const query: LogQuery = {
      grep: pattern,
      since: new Date(sinceMs).toISOString(),
      until: new Date(nowMs).toISOString(),
      limit: mostLines,
    }
    const counts = new Map<string, number>()
    for (const { service } of (await logs.query(query)).items) counts.set(service, (counts.get(service) ?? 0) + 1)
    for (const [service, count] of counts) engine.alerting.noteLines(service, pattern, count)
    if (counts.size > 0) engine.alerting.ask(new Set(counts.keys()))
  }
  const again = (): void => {
    isFollowing = !isEnded && patternsOf(engine).size > 0
    if (!isFollowing) {
      until.clear()
      return
    }
    cancel = clock.after(everyMs, async () => {
      const patterns = patternsOf(engine)
      for (const known of until.keys()) if (!patterns.has(known)) until.delete(known)
      for (const pattern of patterns) {
        await look(pattern).catch((error: unknown) =>
          log.warn({ error: String(error), pattern }, 'lines that a rule counts could not be looked for'),
        )
      }
      again()
    })
  }
  return {
    follow() {
      if (!isFollowing) again()
    },
    end() {
      isEnded = true
      cancel()
    },
  }
}

function patternsOf({ alerting }: Engine): Set<string> {
  const counted = alerting.rules.filter(({ enabled }) => enabled).flatMap(({ uses }) => uses.counted)
  return new Set(counted.flatMap((each) => (each.counted.kind === 'log' ? [each.counted.pattern] : [])))
}
