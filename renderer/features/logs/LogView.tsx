import { ArrowDown } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import type { LogLevel } from '../../../contract/index.ts'
import { Button, Icon, timeOfDay } from '../../parts/index.ts'
import { SourceColours } from './colours.ts'
import { LogList, type LogListHandle } from './LogList.tsx'
import { CopyLines, LogSearch, levels } from './LogSearch.tsx'
import { grepOf, markingPattern, patternProblem } from './pattern.ts'
import { type LogTail, useLogTail } from './useLogTail.ts'

interface LogViewProps {
  /** The lines of one service; its name is then not repeated in every row. */
  service: string
}

/** The lines of one service, as a tab of its page. */
export function LogView({ service }: LogViewProps) {
  const [text, setText] = useState('')
  const [level, setLevel] = useState<LogLevel | ''>('')
  const services = useMemo(() => [service], [service])
  const [colours] = useState(() => new SourceColours())
  const [matchCase, setMatchCase] = useState(false)
  const pattern = usePattern(text, matchCase)
  const tail = useLogTail({ services, level, pattern })
  return (
    <>
      <div className="log-bar">
        <LogSearch text={text} onText={setText} matchCase={matchCase} onMatchCase={setMatchCase} tail={tail} />
        <LevelChoice level={level} onLevel={setLevel} />
        <CopyLines tail={tail} />
      </div>
      <LogBody
        tail={tail}
        colours={colours}
        pattern={pattern}
        withSource={false}
        what={`${service} has written nothing yet.`}
      />
    </>
  )
}

/** What is searched for: the text as long as it is a regular expression, else the last one that was. */
export function usePattern(text: string, matchCase: boolean): string {
  const last = useRef('')
  if (patternProblem(text) === null) last.current = text
  return grepOf(last.current, matchCase)
}

export function LevelChoice(props: { level: LogLevel | ''; onLevel: (level: LogLevel | '') => void }) {
  return (
    <fieldset className="seg" aria-label="Level">
      {levels.map(([value, word]) => (
        <button key={value} type="button" aria-pressed={props.level === value} onClick={() => props.onLevel(value)}>
          {word}
        </button>
      ))}
    </fieldset>
  )
}

interface LogBodyProps {
  tail: LogTail
  colours: SourceColours
  pattern: string
  withSource: boolean
  /** Said where there is no line at all. */
  what: string
}

interface Paused {
  /** How many had arrived then. */
  arrived: number
  sinceMs: number
}

export function LogBody({ tail, colours, pattern, withSource, what }: LogBodyProps) {
  const { buffer, arrived, skipped, isReading, problem, loadOlder } = tail
  const [paused, setPaused] = useState<Paused | null>(null)
  const list = useRef<LogListHandle>(null)
  const marking = useMemo(() => markingPattern(pattern), [pattern])
  const onFollowing = (isFollowing: boolean): void => {
    if (isFollowing !== (paused === null)) setPaused(isFollowing ? null : { arrived, sinceMs: Date.now() })
  }
  return (
    <>
      {problem !== null && <p className="nothing dim">{problem}</p>}
      {buffer.lines.length === 0 && !isReading && problem === null && (
        <p className="nothing dim" role="status">
          {pattern === '' ? what : 'No line matches, neither now nor in what is kept.'}
        </p>
      )}
      <LogList
        ref={list}
        lines={buffer.lines}
        withSource={withSource}
        colours={colours}
        marking={marking}
        isFollowing={paused === null}
        onFollowing={onFollowing}
        onOlder={loadOlder}
      />
      {paused !== null && (
        <PausedBar count={arrived - paused.arrived} sinceMs={paused.sinceMs} onFollow={() => list.current?.follow()} />
      )}
      {skipped > 0 && paused === null && (
        <p className="skipped xs faint">{skipped} lines came faster than they can be shown; a search finds them.</p>
      )}
    </>
  )
}

function PausedBar({ count, sinceMs, onFollow }: { count: number; sinceMs: number; onFollow: () => void }) {
  return (
    <div className="follow-bar">
      <span className="medium">Following paused</span>
      <span className="faint">since {timeOfDay(new Date(sinceMs).toISOString())}</span>
      <Button small look="primary" className="push" onClick={onFollow}>
        <Icon of={ArrowDown} size={12} />
        {count === 0 ? 'Follow' : `${count.toLocaleString()} new ${count === 1 ? 'line' : 'lines'}`}
      </Button>
      <span className="kbd" aria-hidden="true">
        End
      </span>
    </div>
  )
}
