import { Bus, sessionBusPath } from '../main/bus/index.ts'

const name = 'org.freedesktop.Notifications'
const path = '/org/freedesktop/Notifications'

export interface Shown {
  number: number
  title: string
  body: string
}

/** The part of a desktop that shows notifications. */
export class NotificationServer {
  readonly shown: Shown[] = []
  readonly #bus: Bus

  private constructor(bus: Bus) {
    this.#bus = bus
  }

  static async open(): Promise<NotificationServer> {
    const bus = await Bus.open(sessionBusPath(process.env) ?? '')
    const server = new NotificationServer(bus)
    bus.serve(({ member, body: [, replaced, , title, body] }) => {
      if (member !== 'Notify') return undefined
      const number = Number(replaced) || server.shown.length + 1
      server.shown.push({ number, title: String(title), body: String(body) })
      return { signature: 'u', body: [number] }
    })
    await bus.own(name)
    return server
  }

  /** Clicks a notification. */
  click({ number }: Shown): void {
    this.#bus.emit(path, name, 'ActionInvoked', 'us', [number, 'default'])
  }

  close(): void {
    this.#bus.close()
  }
}
