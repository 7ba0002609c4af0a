import { formatDuration, type Service } from '../../../contract/index.ts'

/** The few words behind a state in a list: nothing while all is as it should be, else why, or what comes next. */
export function noteOf(service: Service, nowMs: number): string {
  const text = service.why?.sentence ?? (service.state === 'running' ? '' : service.reason.text)
  const next = nextOf(service, nowMs)
  return [text, next].filter((part) => part !== '').join(', ')
}

function nextOf({ nextStartAt, state }: Service, nowMs: number): string {
  if (nextStartAt === null || (state !== 'backoff' && state !== 'waiting')) return ''
  const leftMs = Date.parse(nextStartAt) - nowMs
  if (!(leftMs > 0)) return 'about to start'
  return `${state === 'backoff' ? 'again' : 'next'} in ${formatDuration(Math.ceil(leftMs / 1000) * 1000)}`
}
