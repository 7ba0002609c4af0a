import { Notification } from 'electron'
import { Bus, sessionBusPath, Variant } from '../bus/index.ts'
import type { Notice } from './derive.ts'

export interface Sender {
  send(notice: Notice): Promise<void>
  close(): void
}

/** More than these are not remembered: a click on an older one opens nothing. */
const mostKept = 50
const server = {
  destination: 'org.freedesktop.Notifications',
  path: '/org/freedesktop/Notifications',
  interface: 'org.freedesktop.Notifications',
} as const

export async function openSender(onOpen: (path: string) => void): Promise<Sender> {
  const path = process.platform === 'linux' ? sessionBusPath(process.env) : undefined
  return path === undefined ? electronSender(onOpen) : busSender(await Bus.open(path), onOpen)
}

/** Electron's own waits on Linux, with the whole main process, until the desktop has answered. */
async function busSender(bus: Bus, onOpen: (path: string) => void): Promise<Sender> {
  const shown = new Map<number, Notice>()
  await bus.listen(`type='signal',interface='${server.interface}'`, ({ member, body: [number] }) => {
    const notice = shown.get(Number(number))
    if (member === 'ActionInvoked' && notice) onOpen(notice.path)
    if (member === 'NotificationClosed') shown.delete(Number(number))
  })
  return {
    async send(notice) {
      const [replaced = 0] = [...shown].find(([, { key }]) => key === notice.key) ?? []
      const hints = [['desktop-entry', new Variant('s', 'hxe-panel')]]
      const body = ['HXE', replaced, 'hxe-panel', notice.title, escaped(notice.body), ['default', 'Open'], hints, -1]
      const [number] = await bus.call({ ...server, member: 'Notify', signature: 'susssasa{sv}i', body })
      shown.set(Number(number), notice)
      const [oldest] = shown.keys()
      if (shown.size > mostKept && oldest !== undefined) shown.delete(oldest)
    },
    close: () => bus.close(),
  }
}

/** The body of a desktop's notification is markup. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function electronSender(onOpen: (path: string) => void): Sender {
  const shown = new Map<string, Notification>()
  return {
    async send({ key, title, body, path }) {
      shown.get(key)?.close()
      const notification = new Notification({ title, body })
      notification.on('click', () => onOpen(path))
      notification.on('close', () => shown.delete(key))
      shown.set(key, notification)
      notification.show()
    },
    close() {
      for (const notification of shown.values()) notification.close()
    },
  }
}
