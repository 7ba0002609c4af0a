import type { Diagnostic } from '../../../contract/index.ts'
import { Shape } from '../../parts/index.ts'
import { editorPath, Link } from '../../router/index.ts'
import { usePanel } from '../../store/index.ts'
import { excerptOf } from './caret.ts'

/** Everything wrong in the configuration, each with its place, the line, and what was expected. */
export function Problems() {
  const diagnostics = usePanel(({ model }) => model.config?.diagnostics)
  if (!diagnostics || diagnostics.length === 0) return null
  const sorted = [...diagnostics].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
  return (
    <ul className="card problems" aria-label="Problems">
      {sorted.map((problem) => (
        <Problem key={`${placeOf(problem)} ${problem.code} ${problem.message}`} problem={problem} />
      ))}
    </ul>
  )
}

const placeOf = ({ file, line, column }: Diagnostic): string => `${file}:${line}:${column}`

function Problem({ problem }: { problem: Diagnostic }) {
  const excerpt = excerptOf(problem)
  const place = placeOf(problem)
  return (
    <li>
      <div className="row">
        <Shape name={problem.severity === 'error' ? 'critical' : 'warning'} />
        <span className="out-of-sight">{problem.severity === 'error' ? 'Error: ' : 'Warning: '}</span>
        <span className="medium grow message">{problem.message}</span>
        <Link className="link mono place" title="Open the editor there" to={editorPath(problem)}>
          {place}
        </Link>
      </div>
      {excerpt && (
        <pre className="mono excerpt" aria-hidden="true">
          <span className="faint">{String(problem.line).padStart(4)} │ </span>
          {excerpt.before}
          {excerpt.marked}
          {excerpt.after}
          {'\n'}
          <span className="faint">{'     │ '}</span>
          {' '.repeat([...excerpt.before].length)}
          <span className={problem.severity === 'error' ? 'caret' : 'caret warn'}>
            {'^'.repeat(Math.max(1, [...excerpt.marked].length))}
          </span>
        </pre>
      )}
      <p className="hint sm">
        {problem.expected !== undefined && <span>Expected: {problem.expected}</span>}
        {problem.suggestion !== undefined && <span>{suggestionText(problem.suggestion)}</span>}
      </p>
    </li>
  )
}

/** A suggestion is a sentence, or the bare word that is near. */
const suggestionText = (suggestion: string): string =>
  /[?.]$/.test(suggestion) ? suggestion : `Did you mean ${suggestion}?`
