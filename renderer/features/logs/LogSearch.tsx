import { Copy, Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { LogLevel } from '../../../contract/index.ts'
import { copyText, useKeys } from '../../actions/index.ts'
import { Icon, IconButton } from '../../parts/index.ts'
import { showDone, showError } from '../../store/index.ts'
import { stripAnsi } from './ansi.ts'
import { patternProblem } from './pattern.ts'
import { firstLines, type LogTail } from './useLogTail.ts'

/** Each shows its own level and what is worse. */
export const levels: readonly (readonly [LogLevel | '', string])[] = [
  ['', 'All'],
  ['info', 'Info'],
  ['warn', 'Warn'],
  ['error', 'Error'],
]

/** A search is sent when one has stopped typing for so long. */
const settleMs = 250

interface LogSearchProps {
  text: string
  onText: (text: string) => void
  matchCase: boolean
  onMatchCase: (matchCase: boolean) => void
  tail: LogTail
}

export function LogSearch({ text, onText, matchCase, onMatchCase, tail }: LogSearchProps) {
  const [typed, setTyped] = useState(text)
  const input = useRef<HTMLInputElement>(null)
  const problem = patternProblem(typed)
  useEffect(() => {
    if (typed === text) return
    const timer = setTimeout(() => onText(typed), settleMs)
    return () => clearTimeout(timer)
  }, [typed, text, onText])
  // Back and Forward change the search as well.
  useEffect(() => setTyped(text), [text])
  useKeys({
    '/': (event) => {
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    },
  })
  return (
    <search className={problem === null ? 'input grow' : 'input grow is-wrong'}>
      <Icon of={Search} size={14} />
      <input
        ref={input}
        type="text"
        className="mono"
        aria-label="Search the logs"
        aria-invalid={problem !== null}
        placeholder="Search all lines by a regular expression"
        value={typed}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setTyped('')
          if (event.key === 'Enter') onText(typed)
        }}
      />
      <span className="push faint sm search-state" role="status">
        {problem ?? (text === '' ? '' : hitWords(tail))}
      </span>
      <button
        type="button"
        className="btn quiet sm mono"
        aria-label="Match case"
        title="Match case"
        aria-pressed={matchCase}
        onClick={() => onMatchCase(!matchCase)}
      >
        Aa
      </button>
      <span className="kbd" aria-hidden="true">
        /
      </span>
    </search>
  )
}

export function CopyLines({ tail }: { tail: LogTail }) {
  return <IconButton icon={Copy} label="Copy the lines" onClick={() => void copyLines(tail)} />
}

function hitWords({ buffer, isReading }: LogTail): string {
  if (isReading) return 'searching'
  const count = buffer.lines.length
  if (count >= firstLines) return `the last ${count.toLocaleString()} hits`
  return `${count.toLocaleString()} ${count === 1 ? 'hit' : 'hits'}`
}

async function copyLines({ buffer }: LogTail): Promise<void> {
  const text = buffer.lines.map(({ time, service, text: line }) => `${time} ${service} ${stripAnsi(line)}`).join('\n')
  if (await copyText(text)) showDone('Copied', `${buffer.lines.length.toLocaleString()} lines`)
  else showError('Could not copy', 'The clipboard was refused.')
}
