import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { type Diagnostic, relativeTime } from '../../../contract/index.ts'
import { Button, IconButton, Shape } from '../../parts/index.ts'
import { useNowMs } from '../../store/index.ts'
import { change, stateOf } from './documents.ts'
import { goTo, openFile } from './open.ts'
import { fixFor, problemsInWords, sentenceOf } from './problems.ts'
import { set, useConfiguration } from './store.ts'
import { check } from './sync.ts'
import { offsetAt } from './text/positions.ts'

/** So long a screen reader hears nothing of problems while one types. */
const quietMs = 1_500

/** Below the text: what is wrong in all files, or where a name is used. */
export function Dock() {
  const problems = useConfiguration((state) => state.check.problems)
  const found = useConfiguration((state) => state.found)
  return (
    <section className="dock" aria-label={found ? found.title : 'What is wrong'}>
      <div className="pane-head">
        <h2>{found ? found.title : 'Problems'}</h2>
        <span className="badge">{found ? found.items.length : problems.length}</span>
        {found && <IconButton small icon={X} label="Back to the problems" onClick={() => set({ found: null })} />}
        <Status />
      </div>
      {found ? <Found items={found.items} title={found.title} /> : <ProblemList problems={problems} />}
      <Announcement problems={problems} />
    </section>
  )
}

function Status() {
  const { line, column } = useConfiguration((state) => state.cursor)
  const { atMs, failed } = useConfiguration((state) => state.check)
  const hasFile = useConfiguration((state) => state.current !== null)
  const nowMs = useNowMs()
  const checked =
    failed !== null
      ? failed
      : atMs === null
        ? 'not checked yet'
        : nowMs - atMs < 2_000
          ? 'checked just now'
          : `checked ${relativeTime(new Date(atMs).toISOString(), nowMs)}`
  return (
    <span className="push faint sm cut">
      {hasFile && `Ln ${line}, Col ${column} · HCL · Esc Tab leaves the text · `}
      {checked}
    </span>
  )
}

/** Says how many problems there are once typing has come to rest. */
function Announcement({ problems }: { problems: readonly Diagnostic[] }) {
  const [said, setSaid] = useState('')
  const words = problemsInWords(problems)
  const first = problems[0]
  const text = first ? `${words}. ${first.file}, line ${first.line}: ${sentenceOf(first)}` : words
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), quietMs)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <span className="out-of-sight" role="status">
      {said}
    </span>
  )
}

/** More are counted, not listed: they are mended from the top. */
const mostShown = 200

function ProblemList({ problems }: { problems: readonly Diagnostic[] }) {
  if (problems.length === 0) {
    return (
      <ul className="plist" aria-label="Problems">
        <li className="faint">Nothing is wrong</li>
      </ul>
    )
  }
  return (
    <ul className="plist" aria-label="Problems">
      {problems.slice(0, mostShown).map((problem) => (
        <Problem key={`${placeOf(problem)} ${problem.code} ${problem.message}`} problem={problem} />
      ))}
      {problems.length > mostShown && <li className="faint">and {problems.length - mostShown} more</li>}
    </ul>
  )
}

const placeOf = ({ file, line, column }: Pick<Diagnostic, 'file' | 'line' | 'column'>): string =>
  `${file}:${line}:${column}`

function Problem({ problem }: { problem: Diagnostic }) {
  const fix = fixFor(problem)
  const sentence = sentenceOf(problem)
  return (
    <li>
      <Shape name={problem.severity === 'error' ? 'critical' : 'warning'} />
      <button
        type="button"
        className="problem"
        title={problem.expected === undefined ? sentence : `${sentence} Expected: ${problem.expected}`}
        onClick={() => void goTo(problem)}
      >
        <span className="out-of-sight">{problem.severity === 'error' ? 'Error: ' : 'Warning: '}</span>
        <span className="cut grow">{sentence}</span>
        <span className="out-of-sight">, {placeOf(problem)}</span>
      </button>
      {fix !== null && (
        <Button small title={`Use ${fix}`} onClick={() => void mend(problem, fix)}>
          Fix
        </Button>
      )}
      <span className="faint num place" aria-hidden="true">
        {placeOf(problem)}
      </span>
    </li>
  )
}

async function mend(problem: Diagnostic, fix: string): Promise<void> {
  if (!(await openFile(problem.file))) return
  const state = stateOf(problem.file)
  if (!state) return
  const from = offsetAt(state.doc, problem)
  const to = offsetAt(state.doc, { line: problem.endLine, column: problem.endColumn })
  change(problem.file, { changes: { from, to, insert: fix }, selection: { anchor: from + fix.length } })
  await check()
}

function Found({ items, title }: { items: readonly { file: string; line: number; column: number }[]; title: string }) {
  return (
    <ul className="plist" aria-label={title}>
      {items.map((item) => (
        <li key={placeOf(item)}>
          <button type="button" className="problem" onClick={() => void goTo(item)}>
            <span className="mono cut grow">{lineOf(item)}</span>
            <span className="faint num place">{placeOf(item)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function lineOf({ file, line }: { file: string; line: number }): string {
  const doc = stateOf(file)?.doc
  return doc && line <= doc.lines ? doc.line(line).text.trim() : file
}
