import type { ProcessIdentity } from './platform.ts'

/** Far more than run at once: what a machine starts in days of crash loops must not stay in memory. */
const mostRemembered = 8_192

interface Leader {
  cookie: string | undefined
  heldUntil: number
}

/** What was known of each leader while it lived, for telling its session from a later one of the same number. */
export class Leaders {
  readonly #known = new Map<string, Leader>()
  /** By pid, those whose end has not been told. */
  readonly #living = new Map<number, ProcessIdentity>()

  begin(identity: ProcessIdentity, cookie: string | undefined): void {
    this.#living.set(identity.pid, identity)
    this.remember(identity, { cookie, heldUntil: Number(identity.startTime) })
  }

  /** The leader that had the pid; undefined for a process that is none. */
  end(pid: number): ProcessIdentity | undefined {
    const identity = this.#living.get(pid)
    this.#living.delete(pid)
    return identity
  }

  /** The cookie of a leader that lives, whose session has its pid as number. */
  livingCookie(pid: number): string | undefined {
    const identity = this.#living.get(pid)
    return identity && this.cookieOf(identity)
  }

  /** Its pid is certainly its own at `heldUntil`, in the unit of start times. */
  remember(identity: ProcessIdentity, facts: Partial<Leader>): void {
    const key = keyOf(identity)
    const known = this.#known.get(key)
    this.#known.delete(key)
    this.#known.set(key, {
      // What it was started with is sure; what others say later fills gaps alone.
      cookie: known?.cookie ?? facts.cookie,
      heldUntil: facts.heldUntil ?? known?.heldUntil ?? Number(identity.startTime),
    })
    const [oldest] = this.#known.keys()
    if (this.#known.size > mostRemembered && oldest !== undefined) this.#known.delete(oldest)
  }

  cookieOf(identity: ProcessIdentity): string | undefined {
    return this.#known.get(keyOf(identity))?.cookie
  }

  heldUntil(identity: ProcessIdentity): number | undefined {
    return this.#known.get(keyOf(identity))?.heldUntil
  }
}

function keyOf({ bootId, pid, startTime }: ProcessIdentity): string {
  return `${bootId} ${pid} ${startTime}`
}
