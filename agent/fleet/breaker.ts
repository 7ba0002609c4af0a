import type { Clock } from '../os/index.ts'

const failuresUntilOpen = 3
const firstRestMs = 2_000
const longestRestMs = 30_000
/** Hosts that have not been called lately are forgotten beyond this many. */
const mostHosts = 10_000

/**
 * Keeps calls from a host that does not answer, so that one dead host holds nobody up: after some failures in a row
 * calls are refused at once; then one is let through to see, and what comes of it decides. The usual circuit breaker
 * (Nygard, Release It!).
 */
export class Breaker {
  readonly #clock: Clock
  #failures = 0
  #openUntilMs = 0
  #retryAtMs = 0
  #trying = false
  constructor(clock: Clock) {
    this.#clock = clock
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#failures < failuresUntilOpen) return 'closed'
    return this.#clock.monotonicMs() < this.#openUntilMs ? 'open' : 'half-open'
  }

  /** By the wall, when one is let through again, while it is open. */
  get retryAtMs(): number {
    return this.#retryAtMs
  }

  allows(): boolean {
    const { state } = this
    if (state === 'closed') return true
    if (state === 'open' || this.#trying) return false
    this.#trying = true
    return true
  }

  succeeded(): void {
    this.#failures = 0
    this.#trying = false
  }

  /** Nothing has come of it, for reasons that are not the host's. */
  left(): void {
    this.#trying = false
  }

  failed(): void {
    this.#failures++
    this.#trying = false
    const beyond = this.#failures - failuresUntilOpen
    if (beyond < 0) return
    const restMs = Math.min(longestRestMs, firstRestMs * 2 ** Math.min(beyond, 10))
    this.#openUntilMs = this.#clock.monotonicMs() + restMs
    this.#retryAtMs = this.#clock.nowMs() + restMs
  }
}

/** One breaker for each host. */
export class Breakers {
  readonly #clock: Clock
  readonly #byHost = new Map<string, Breaker>()
  constructor(clock: Clock) {
    this.#clock = clock
  }

  of(host: string): Breaker {
    const known = this.#byHost.get(host)
    if (known) return known
    const [oldest] = this.#byHost.keys()
    if (this.#byHost.size >= mostHosts && oldest !== undefined) this.#byHost.delete(oldest)
    const made = new Breaker(this.#clock)
    this.#byHost.set(host, made)
    return made
  }

  forget(host: string): void {
    this.#byHost.delete(host)
  }
  forgetAll(): void {
    this.#byHost.clear()
  }

  stateOf(host: string): { breaker: Breaker['state']; retryAt?: string } {
    const breaker = this.#byHost.get(host)
    if (breaker?.state !== 'open') return { breaker: breaker?.state ?? 'closed' }
    return { breaker: 'open', retryAt: new Date(breaker.retryAtMs).toISOString() }
  }
}
