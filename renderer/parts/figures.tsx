import type { ReactNode } from 'react'
import { formatBytes, formatPercent, relativeTime } from '../../contract/index.ts'
import { useNowMs } from '../store/index.ts'

/** A figure whose unit stands back, as `412 MB`; a dash where there is none. */
function figure(text: string | null): ReactNode {
  if (text === null) return <span className="faint">–</span>
  const space = text.lastIndexOf(' ')
  if (space === -1) return text
  return (
    <>
      {text.slice(0, space)}
      <span className="unit">{text.slice(space + 1)}</span>
    </>
  )
}

export const Bytes = ({ value }: { value: number | null }) => figure(value === null ? null : formatBytes(value))
export const Percent = ({ value }: { value: number | null }) => figure(value === null ? null : formatPercent(value))

/** Hours from 0 to 23, as on every clock and axis of the panel. */
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' })
const twoDigits = (number: number): string => String(number).padStart(2, '0')

export function absoluteTime(iso: string): string {
  const ms = Date.parse(iso)
  return Number.isFinite(ms) ? full.format(ms) : iso
}

const moment = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/g

/** A sentence of the agent's with its moments, which are UTC there, as times are anywhere else in the panel. */
export const withLocalTimes = (text: string): string => text.replace(moment, (iso) => absoluteTime(iso))

export type Precision = 'minutes' | 'seconds' | 'milliseconds'

/** The time of day, with milliseconds where lines follow closely. */
export function timeOfDay(iso: string, precision: Precision = 'seconds'): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return ''
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
  if (precision === 'minutes') return clock.slice(0, 5)
  return precision === 'seconds' ? clock : `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** A time as "2 min ago", the absolute one on hover. */
export function Ago({ iso, className }: { iso: string; className?: string }) {
  const nowMs = useNowMs()
  return (
    <time className={className} dateTime={iso} title={absoluteTime(iso)}>
      {relativeTime(iso, nowMs)}
    </time>
  )
}

/** The time of day, the date as well on hover. */
export function Clock({ iso, className, precision }: { iso: string; className?: string; precision?: Precision }) {
  return (
    <time className={className} dateTime={iso} title={absoluteTime(iso)}>
      {timeOfDay(iso, precision)}
    </time>
  )
}
