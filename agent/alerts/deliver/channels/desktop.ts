import { composeMessage } from '../message.ts'
import type { Send } from './types.ts'

/** Handed to whoever shows it: the panel's window and tray, which may be there or not. */
export const sendDesktop: Send = async ({ target, notice, showOnDesktop }) => {
  const { title, text } = composeMessage(notice, target)
  const services = new Set(notice.alerts.map(({ service }) => service))
  const [service] = services
  const path =
    services.size === 1 && service !== undefined
      ? `/services/${encodeURIComponent(service).replaceAll('.', '%2E')}`
      : '/alerts'
  showOnDesktop({ id: notice.id, title, text, path })
  return { delivered: true }
}
