import { useEffect, useId, useRef, useState } from 'react'
import type { Diagnostic, EditRefusal, FormEdit, FormField } from '../../../contract/index.ts'
import { editorPath, Link } from '../../router/index.ts'
import { changesOf, continuationHint, textOf } from './fields.ts'

interface FieldProps {
  field: FormField
  refusal: EditRefusal | undefined
  problem: Diagnostic | undefined
  onChange: (changes: FormEdit['changes'], override?: boolean) => Promise<void>
  onDrop: () => void
}

/** One value: as it is written, with where it comes from when it is not written here. */
export function Field({ field, refusal, problem, onChange, onDrop }: FieldProps) {
  const id = useId()
  const said = textOf(field)
  const [text, setText] = useState(said)
  // Leaving the field asks no second time for what was asked by Enter, and answered with a refusal.
  const asked = useRef(said)
  useEffect(() => {
    setText(said)
    asked.current = said
  }, [said])
  const commit = (value: string): void => {
    const changes = changesOf(field, value)
    if (changes.length === 0 || asked.current === value) return
    asked.current = value
    void onChange(changes)
  }
  const reset = (): void => {
    setText(said)
    asked.current = said
    onDrop()
  }
  return (
    <div className="form-field" data-source={field.source}>
      <label htmlFor={id} className="mono" title={field.help}>
        {field.path.at(-1)}
      </label>
      <Control id={id} field={field} text={text} onText={setText} onCommit={commit} />
      <Origin field={field} />
      {refusal ? (
        <Refusal refusal={refusal} onOverride={() => void onChange(changesOf(field, text), true)} onKeep={reset} />
      ) : (
        problem && (
          <p className="sm add-problem" data-severity={problem.severity}>
            {problem.message} {problem.suggestion}
          </p>
        )
      )}
    </div>
  )
}

interface ControlProps {
  id: string
  field: FormField
  text: string
  onText: (text: string) => void
  /** What was typed holds when the field is left; what was chosen, at once. */
  onCommit: (text: string) => void
}

function Control({ id, field, text, onText, onCommit }: ControlProps) {
  const { kind, choices = [] } = field
  const unset = field.default === undefined ? 'not said' : `${String(field.default)} (default)`
  if (kind === 'choice' || kind === 'bool') {
    const options = kind === 'bool' ? ['true', 'false'] : choices
    return (
      <select id={id} value={text} onChange={({ target }) => onCommit(target.value)}>
        <option value="">{unset}</option>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    )
  }
  const common = {
    id,
    value: text,
    placeholder: unset,
    spellCheck: false,
    onBlur: () => onCommit(text),
  }
  if (kind === 'list' || kind === 'map' || text.includes('\n')) {
    const rows = Math.min(12, Math.max(1, text.split('\n').length + (kind === 'list' || kind === 'map' ? 1 : 0)))
    return (
      <>
        <textarea
          {...common}
          className="mono"
          rows={rows}
          aria-describedby={`${id}-hint`}
          onChange={({ target }) => onText(target.value)}
        />
        {(kind === 'list' || kind === 'map') && (
          <p className="sm faint form-hint" id={`${id}-hint`}>
            {continuationHint}
          </p>
        )}
      </>
    )
  }
  return (
    <input
      {...common}
      className="mono"
      onChange={({ target }) => onText(target.value)}
      onKeyDown={({ key }) => key === 'Enter' && onCommit(text)}
    />
  )
}

/** Where a value comes from that is not simply written in the service. */
function Origin({ field: { source, written, file, line, column, masked } }: { field: FormField }) {
  if (source === 'unset' || (source === 'literal' && !masked)) return null
  const words = {
    literal: 'Hidden, since it is a secret',
    reference: 'Looked up when it starts',
    expression: 'Worked out',
    template: 'From a template',
  }
  return (
    <p className="sm faint form-origin">
      {words[source]}
      {written !== undefined && <code className="mono"> {written}</code>}
      {source !== 'literal' && file !== undefined && (
        <>
          {' · '}
          <Link className="link mono" to={editorPath({ file, line, column })}>
            {file}:{line}
          </Link>
        </>
      )}
    </p>
  )
}

function Refusal(props: { refusal: EditRefusal; onOverride: () => void; onKeep: () => void }) {
  const { message, choices, from } = props.refusal
  const place = from.at(-1)
  return (
    <div className="form-refusal" role="alert">
      <p className="sm">{message}</p>
      <div className="row">
        {choices.includes('override') && (
          <button type="button" className="btn sm" onClick={props.onOverride}>
            Write it here
          </button>
        )}
        {choices.includes('edit-there') && place && (
          <Link className="btn sm" to={editorPath(place)}>
            Change {place.what}
          </Link>
        )}
        <button type="button" className="btn sm" onClick={props.onKeep}>
          Keep it
        </button>
      </div>
    </div>
  )
}
