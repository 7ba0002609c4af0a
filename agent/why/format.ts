import { createColors } from 'picocolors'
import { durationInWords } from '../../contract/format.ts'
import type { FixAction, Why } from '../../contract/index.ts'
import type { Fix } from './cause.ts'
import { clean, shellQuote } from './words.ts'

export interface FormatOptions {
  colour?: boolean
  /** Makes times relative that are yet to come: `in 4 s`. */
  nowMs?: number
}

/** A `Why` as plain text for a terminal: the sentence, what led to it, the last lines, what to do. */
export function formatWhy(why: Why, { colour = false, nowMs }: FormatOptions = {}): string {
  const paint = createColors(colour)
  const blocks = [paint.bold(clean(why.sentence, 600))]
  if (why.chain.length > 0) blocks.push(chainBlock(why.chain, nowMs, paint))
  if (why.lastLines && why.lastLines.length > 0) {
    const lines = why.lastLines.map((line) => `  ${paint.dim('│')} ${clean(line, 500)}`)
    blocks.push([paint.dim('Last lines'), ...lines].join('\n'))
  }
  if (why.fixes.length > 0) blocks.push(fixBlock(why.fixes, paint))
  return `${blocks.join('\n\n')}\n`
}

type Paint = ReturnType<typeof createColors>
const widestSubject = 28

function chainBlock(chain: Why['chain'], nowMs: number | undefined, paint: Paint): string {
  const width = Math.min(widestSubject, Math.max(...chain.map(({ subject }) => subject.length)))
  const rows = chain.map(({ subject, fact, at }) => {
    const time = at === undefined ? undefined : timeWords(at, nowMs)
    return `  ${clean(subject).padEnd(width)}  ${clean(fact, 600)}${time ? `  ${paint.dim(time)}` : ''}`
  })
  return [paint.dim('What led to it'), ...rows].join('\n')
}

function fixBlock(fixes: readonly Fix[], paint: Paint): string {
  const width = Math.max(...fixes.map(({ label }) => label.length))
  const rows = fixes.map(({ label, action }) => `  ${clean(label).padEnd(width)}  ${paint.cyan(commandOf(action))}`)
  return [paint.dim('What to do'), ...rows].join('\n')
}

/** The time of day, in this machine's zone; with `nowMs`, `in 4 s` for what is yet to come and the day for what is long past. */
function timeWords(at: string, nowMs: number | undefined): string | undefined {
  const ms = Date.parse(at)
  if (!Number.isFinite(ms)) return undefined
  if (nowMs !== undefined && ms > nowMs) return `in ${durationInWords(ms - nowMs)}`
  const date = new Date(ms)
  const two = (number: number): string => String(number).padStart(2, '0')
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  const sameDay = nowMs === undefined || new Date(nowMs).toDateString() === date.toDateString()
  return sameDay ? clock : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`
}

/** What a person types for a fix where the window has a button. */
export function commandOf(action: FixAction): string {
  switch (action.kind) {
    case 'service':
      return `hxe ${action.verb} ${shellQuote(action.service)}`
    case 'end-process':
      return `kill ${action.pid}${action.thenStart === undefined ? '' : ` && hxe start ${shellQuote(action.thenStart)}`}`
    case 'set-attribute': {
      const was = action.replaces === undefined ? '' : ` instead of ${action.replaces}`
      return clean(`set ${action.attribute} to ${action.value}${was}`, 200)
    }
    case 'open-file':
      return clean(`${action.file}:${action.line}`, 500)
    case 'open-service':
      return `hxe describe ${shellQuote(action.service)}`
    case 'open-logs':
      return `hxe logs ${shellQuote(action.service)}`
    case 'run-command':
      return clean(action.command, 500)
  }
}
