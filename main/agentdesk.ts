import type { MessagePortMain } from 'electron'
import type { PanelAgent } from './panelagent.ts'

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
  #waiting: (() => void)[] = []
  #lookAgain: (() => Promise<void>) | undefined
  readonly #ports = new Set<() => void>()
  readonly #open: (found: (agent: PanelAgent) => void) => Promise<void>
  readonly #events: DeskEvents

  /** @param open tells which agent it is as soon as that can be asked, and resolves when the agent has begun */
  constructor(open: (found: (agent: PanelAgent) => void) => Promise<void>, events: DeskEvents) {
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
    this.#joining ??= this.#open((found) => this.#follow(found)).finally(() => {
      this.#joining = undefined
      this.#letIn()
    })
    return this.#joining
  }

  /** Gives a window's port to the agent that begins, or has come back; without one it is closed, and the page asks again. */
  async serve(port: MessagePortMain, host: string | undefined): Promise<void> {
    if (!this.#current && this.#joining) await new Promise<void>((letIn) => this.#waiting.push(letIn))
    // One that cannot be joined yet is asked for once more by the page.
    if (!this.#current) await this.#lookAgain?.().catch(() => undefined)
    if (!this.#current) return port.close()
    const close = this.#current.serve(port, host)
    this.#ports.add(close)
    port.once('close', () => this.#ports.delete(close))
  }

  /** Windows that wait for an agent: it is there, or none will be. */
  #letIn(): void {
    for (const letIn of this.#waiting.splice(0)) letIn()
  }

  #follow(found: PanelAgent): void {
    this.#current = found
    this.#letIn()
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
