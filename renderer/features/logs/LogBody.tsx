import { ArrowDown, Pause, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button, Icon, timeOfDay } from '../../parts/index.ts'
import { useParameter } from '../../router/index.ts'
import { wordsOf } from './fields.ts'
import { Histogram } from './Histogram.tsx'
import { LogList } from './LogList.tsx'
import { useHistogram } from './useHistogram.ts'
import type { View } from './useLogView.ts'

interface LogBodyProps {
  view: View
  withSource: boolean
  /** Before the facts about the lines: whose they are. */
  sources?: ReactNode
  /** Said where there is no line at all. */
  what: string
}

/** The lines, with what stands over and under them. */
export function LogBody({ view, withSource, sources, what }: LogBodyProps) {
  const { log, cursor, colours, marking, hits, pattern, isWrapped, filters, level, search } = view
  const { lines } = log.window
  const isNarrowed = filters.length > 0 || level !== '' || (search.isOnly && pattern !== '')
  return (
    <>
      <Range view={view} sources={sources} />
      <LogList
        log={log}
        cursor={cursor}
        withSource={withSource}
        isWrapped={isWrapped}
        colours={colours}
        marking={marking}
        isHit={hits.has}
        onSeen={view.onSeen}
        onFilter={view.addFilter}
      >
        {log.problem !== null && <p className="nothing dim">{log.problem}</p>}
        {lines.length === 0 && log.problem === null && !log.isReading && log.clearedAtMs === null && (
          <p className="nothing dim" role="status">
            {isNarrowed ? 'No line is like this, neither now nor in what is kept.' : what}
          </p>
        )}
        {lines.length > 0 && log.window.older !== null && (
          <p className="older faint" aria-hidden="true">
            older…
          </p>
        )}
      </LogList>
      {log.clearedAtMs !== null && (
        <div className="follow-bar" data-dock>
          <span className="faint">Cleared at {timeOfDay(new Date(log.clearedAtMs).toISOString())}</span>
          <Button small look="quiet" className="push" onClick={log.restore}>
            Show earlier lines
          </Button>
        </div>
      )}
      {!log.isFollowing && <PausedBar arrived={log.arrived} onFollow={log.toEnd} />}
    </>
  )
}

const ranges = [
  ['1h', '1 h'],
  ['24h', '24 h'],
  ['', 'All'],
] as const

function Range({ view, sources }: Pick<LogBodyProps, 'view' | 'sources'>) {
  const { question, filters, removeFilter, strip, log } = view
  const [since, setSince] = useParameter('range')
  const { histogram, problem } = useHistogram(question.services, ranges.some(([value]) => value === since) ? since : '')
  return (
    <>
      <div className="sources">
        {sources}
        {filters.map((filter) => (
          <span className="token" key={filter.key}>
            <b>{wordsOf(filter)}</b>
            <button type="button" aria-label={`Remove filter ${filter.key}`} onClick={() => removeFilter(filter)}>
              <Icon of={X} size={12} />
            </button>
          </span>
        ))}
        <span className="push faint sm">
          {problem ??
            (histogram?.oldest && `${histogram.kept.toLocaleString()} lines since ${sinceWords(histogram.oldest)}`)}
        </span>
        <fieldset className="seg small" aria-label="Range of the strip">
          {ranges.map(([value, word]) => (
            <button key={value} type="button" aria-pressed={since === value} onClick={() => setSince(value)}>
              {word}
            </button>
          ))}
        </fieldset>
      </div>
      {histogram && histogram.kept > 0 && (
        <Histogram ref={strip} histogram={histogram} onTime={(atMs) => void log.toTime(atMs)} />
      )}
    </>
  )
}

const weekMs = 6 * 86_400_000
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' })
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

function sinceWords(iso: string): string {
  const at = new Date(iso)
  const now = new Date()
  if (at.toDateString() === now.toDateString()) return timeOfDay(iso, 'minutes')
  return now.getTime() - at.getTime() < weekMs ? weekday.format(at) : date.format(at)
}

function PausedBar({ arrived, onFollow }: { arrived: number; onFollow: () => void }) {
  const [paused] = useState({ arrived, since: new Date().toISOString() })
  const count = arrived - paused.arrived
  return (
    <div className="follow-bar" data-dock>
      <Icon of={Pause} size={14} />
      <span className="medium">Following paused</span>
      <span className="faint">since {timeOfDay(paused.since)}</span>
      <Button small look="primary" className="push" icon={ArrowDown} onClick={onFollow}>
        {count <= 0 ? 'Follow' : `${count.toLocaleString()} new ${count === 1 ? 'line' : 'lines'}`}
      </Button>
      <span className="kbd" aria-hidden="true">
        End
      </span>
    </div>
  )
}
