import type { AlertRule } from '../../../contract/index.ts'
import { Ago, Button, Shape } from '../../parts/index.ts'
import { editorPath, Link } from '../../router/index.ts'
import { useRules } from '../charts/index.ts'
import { severityWords } from './words.ts'

const stateWords = { ok: 'Quiet', pending: 'Pending', firing: 'Firing', error: 'Cannot be judged', off: 'Off' } as const

/** All rules with what they say now. */
export function Rules({ filter, onEdit }: { filter: string; onEdit: (name: string) => void }) {
  const words = filter.toLowerCase()
  const rules = useRules().filter(({ name, when }) => `${name} ${when}`.toLowerCase().includes(words))
  return (
    <div className="scroll rules">
      <table className="table wide rule-table">
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">State</th>
            <th scope="col">When</th>
            <th scope="col">For</th>
            <th scope="col">Severity</th>
            <th scope="col">Told</th>
            <th scope="col">Where it stands</th>
            <th scope="col">
              <span className="out-of-sight">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <Row key={rule.name} rule={rule} onEdit={onEdit} />
          ))}
        </tbody>
      </table>
      {rules.length === 0 && <p className="nothing dim">No rule is like that.</p>}
    </div>
  )
}

function Row({ rule, onEdit }: { rule: AlertRule; onEdit: (name: string) => void }) {
  const { name, state, when, severity, notify, builtIn, file, line, active, problem, evaluatedAt } = rule
  return (
    <tr>
      <th scope="row">{name}</th>
      <td title={problem}>
        <span className="row">
          <Shape
            name={
              state === 'firing' ? severity : state === 'error' ? 'failed' : state === 'off' ? 'disabled' : 'running'
            }
          />
          {stateWords[state]}
          {active > 0 && <span className="count">{active}</span>}
        </span>
        {problem !== undefined && <span className="dim sm">{problem}</span>}
      </td>
      <td className="mono">{when}</td>
      <td>{rule.for}</td>
      <td>{severityWords[severity]}</td>
      <td>{notify.length === 0 ? 'desktop' : notify.join(', ')}</td>
      <td>
        {builtIn || file === undefined || line === undefined ? (
          <span className="dim">built in</span>
        ) : (
          <Link className="link" to={editorPath({ file, line })} title={`${file}:${line}`}>
            {file.slice(file.lastIndexOf('/') + 1)}:{line}
          </Link>
        )}
        {evaluatedAt !== null && <Ago iso={evaluatedAt} className="out-of-sight" />}
      </td>
      <td>
        <Button small aria-label={`Change ${name}`} onClick={() => onEdit(name)}>
          Change
        </Button>
      </td>
    </tr>
  )
}
