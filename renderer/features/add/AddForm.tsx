import { Plus } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import type { Draft } from '../../../contract/index.ts'
import { isAborted } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Button } from '../../parts/index.ts'
import { navigate, servicePath } from '../../router/index.ts'
import { showDone, showError } from '../../store/index.ts'
import { type Fields, keepFields, keptFields, serviceOf } from './fields.ts'

/** Typing goes on while the agent judges; it is asked when there is a pause. */
const pauseMs = 250

const rows = [
  ['name', 'Name', 'web-app'],
  ['command', 'Command', 'node server.js'],
  ['working_dir', 'Directory', '/home/me/shop'],
  ['environment', 'Environment', 'NODE_ENV=production'],
  ['depends_on', 'Depends on', 'database, cache'],
  ['ports', 'Ports', '3000'],
] as const

export function AddForm() {
  const [fields, setFields] = useState(keptFields)
  useEffect(() => keepFields(fields), [fields])
  const [draft, setDraft] = useState<Draft | null>(null)
  const [isBusy, setBusy] = useState(false)
  useDraft(fields, setDraft)
  const set = (name: keyof Fields, value: string): void => setFields((before) => ({ ...before, [name]: value }))
  const add = (event: FormEvent): void => {
    event.preventDefault()
    setBusy(true)
    client.services
      .create(serviceOf(fields))
      .then(
        ({ name }) => {
          keepFields(null)
          showDone(`Added ${name}`)
          navigate(servicePath(name))
        },
        (error: unknown) => showError('Nothing was added', error),
      )
      .finally(() => setBusy(false))
  }
  const faulty = draft?.errors.some(({ severity }) => severity === 'error') ?? true
  return (
    <form className="card add-form" aria-label="A new service" onSubmit={add}>
      <div className="card-head">
        <h2>A new service</h2>
      </div>
      {rows.map(([name, label, example]) => (
        <Row key={name} name={name} label={label} draft={draft}>
          {name === 'environment' ? (
            <textarea
              id={`add-${name}`}
              rows={2}
              placeholder={example}
              value={fields[name]}
              onChange={({ target }) => set(name, target.value)}
            />
          ) : (
            <input
              id={`add-${name}`}
              placeholder={example}
              value={fields[name]}
              onChange={({ target }) => set(name, target.value)}
            />
          )}
        </Row>
      ))}
      <Row name="restart" label="Restart" draft={draft}>
        <select id="add-restart" value={fields.restart} onChange={({ target }) => set('restart', target.value)}>
          <option value="on-failure">When it fails</option>
          <option value="always">Always</option>
          <option value="never">Never</option>
        </select>
      </Row>
      <figure className="add-hcl" aria-label="What will be written">
        <pre className="mono">{draft?.hcl ?? 'Name and command are all that is needed.'}</pre>
      </figure>
      <div className="add-row">
        <Button look="primary" icon={Plus} type="submit" disabled={isBusy || faulty}>
          Add the service
        </Button>
        {draft && <span className="faint sm cut">{draft.file}</span>}
      </div>
    </form>
  )
}

function Row(props: { name: string; label: string; draft: Draft | null; children: React.ReactNode }) {
  const found = props.draft?.errors.find(({ attribute }) => attribute === props.name)
  return (
    <div className="add-field">
      <label htmlFor={`add-${props.name}`}>{props.label}</label>
      {props.children}
      {found && (
        <p className="sm add-problem" data-severity={found.severity}>
          {found.message} {found.suggestion}
        </p>
      )}
    </div>
  )
}

function useDraft(fields: Fields, set: (draft: Draft | null) => void): void {
  useEffect(() => {
    if (fields.name.trim() === '' || fields.command.trim() === '') {
      set(null)
      return
    }
    const abort = new AbortController()
    const timer = setTimeout(() => {
      client.services.draft(serviceOf(fields), { signal: abort.signal }).then(set, (error: unknown) => {
        if (!isAborted(error)) set(null)
      })
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [fields, set])
}
