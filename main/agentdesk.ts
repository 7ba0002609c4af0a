import type { MessagePortMain } from 'electron'
import type { PanelAgent } from './agents.ts'

interface DeskEvents {
  /** A new agent is shown; the signal is aborted when it has ended. */
  onJoined(agent: PanelAgent, signal: AbortSignal): void
  onOwnEnded(code: number): void
  onOtherEnded(): void
}

/** Which agent the panel shows at this moment, and the windows' ports to it. */
export class AgentDesk {
  #current: PanelAgent | undefined
  #joining: Promise<void> | undefined
  #lookAgain: (() => Promise<void>) | undefined
  readonly #ports = new Set<() => void>()
  readonly #open: () => Promise<PanelAgent>
  readonly #events: DeskEvents

  constructor(open: () => Promise<PanelAgent>, events: DeskEvents) {
    this.#open = open
    this.#events = events
  }

  get current(): PanelAgent | undefined {
    return this.#current
  }

  /** Resolves when no agent is being opened any more. */
  get settled(): Promise<void> {
    return this.#joining?.catch(() => undefined) ?? Promise.resolve()
  }

  join(): Promise<void> {
    this.#joining ??= this.#open()
      .then((found) => this.#follow(found))
      .finally(() => {
        this.#joining = undefined
      })
    return this.#joining
  }

  /** Gives a window's port to the agent that begins, or has come back; without one it is closed, and the page asks again. */
  async serve(port: MessagePortMain, host: string | undefined): Promise<void> {
    if (!this.#current) await this.settled
    // One that cannot be joined yet is asked for once more by the page.
    if (!this.#current) await this.#lookAgain?.().catch(() => undefined)
    if (!this.#current) return port.close()
    const close = this.#current.serve(port, host)
    this.#ports.add(close)
    port.once('close', () => this.#ports.delete(close))
  }

  #follow(found: PanelAgent): void {
    this.#current = found
    const closing = new AbortController()
    this.#events.onJoined(found, closing.signal)
    void found.closed.then((code) => {
      closing.abort()
      if (found.own) return this.#events.onOwnEnded(code)
      this.#current = undefined
      this.#lookAgain = async () => {
        const again = this.#current || this.#joining ? undefined : await found.rejoin?.()
        if (again && !this.#current && !this.#joining) this.#follow(again)
      }
      for (const close of this.#ports) close()
      this.#ports.clear()
      this.#events.onOtherEnded()
    })
  }
}
