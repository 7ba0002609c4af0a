import type { AlertsSummary, ConfigStatus, Service, StateMessage } from '../contract/index.ts'

const noAlerts: AlertsSummary = { firing: 0, critical: 0, silenced: 0, items: [] }

/** Whether it tells of more than figures. */
const isNews = (message: StateMessage): boolean =>
  message.type === 'snapshot' ||
  message.services.length + message.removed.length > 0 ||
  message.config !== undefined ||
  message.alerts !== undefined

/** Keeps the services of an agent as its messages tell them: who shows them asks often, and an agent would make each anew. */
export class Mirror {
  #services = new Map<string, Service>()
  #news = 0
  config: ConfigStatus | undefined
  alerts: AlertsSummary = noAlerts
  #wake = new Set<() => void>()

  list(): readonly Service[] {
    return [...this.#services.values()]
  }

  take(message: StateMessage): void {
    if (message.type === 'snapshot') this.#services = new Map()
    else for (const name of message.removed) this.#services.delete(name)
    for (const service of message.services) this.#services.set(service.name, service)
    this.config = message.config ?? this.config
    this.alerts = message.alerts ?? this.alerts
    if (!isNews(message)) return
    this.#news++
    for (const wake of this.#wake) wake()
  }

  /** Yields at first, and then after each change of more than figures until the signal is aborted. */
  async *changes(signal: AbortSignal): AsyncGenerator<void> {
    let seen = this.#news
    yield
    while (!signal.aborted) {
      if (seen === this.#news) await this.#next(signal)
      seen = this.#news
      if (!signal.aborted) yield
    }
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wake.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#wake.add(wake)
      signal.addEventListener('abort', wake)
    })
  }
}
