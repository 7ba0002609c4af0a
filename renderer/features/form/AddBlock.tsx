import { useId, useState } from 'react'
import type { FormEdit, ServiceForm } from '../../../contract/index.ts'
import { Button } from '../../parts/index.ts'
import { addableKinds, newBlockPath } from './fields.ts'

interface AddBlockProps {
  form: ServiceForm
  onChange: (changes: FormEdit['changes']) => Promise<void>
  /** Told of each block that is added. */
  onAdd: (path: string[]) => void
}

/** Adds a block that the service does not have yet; of those that may stand often, one more. */
export function AddBlock({ form, onChange, onAdd }: AddBlockProps) {
  const id = useId()
  const [chosen, setChosen] = useState('')
  const [label, setLabel] = useState('')
  const kinds = addableKinds(form)
  const kind = kinds.find(({ path }) => path.join(' ') === chosen) ?? kinds[0]
  if (!kind) return null
  const path = newBlockPath(form, kind, label)
  const isTaken = form.own.some((own) => own.join(' ') === path.join(' '))
  const lacksLabel = kind.label === 'one' && label.trim() === ''
  const add = (): void => {
    if (isTaken || lacksLabel) return
    setLabel('')
    onAdd(path)
    void onChange([{ path, value: {} }])
  }
  return (
    <fieldset className="form-group">
      <legend>Add a block</legend>
      <div className="row form-add">
        <select
          aria-label="Kind of block"
          value={kind.path.join(' ')}
          onChange={({ target }) => setChosen(target.value)}
        >
          {kinds.map((each) => (
            <option key={each.path.join(' ')}>{each.path.join(' ')}</option>
          ))}
        </select>
        {kind.label !== 'none' && (
          <input
            className="mono"
            aria-label="Name of the block"
            placeholder={kind.label === 'one' ? 'name' : 'name, or none'}
            spellCheck={false}
            value={label}
            onChange={({ target }) => setLabel(target.value)}
            onKeyDown={({ key }) => key === 'Enter' && add()}
          />
        )}
        <Button disabled={isTaken || lacksLabel} aria-describedby={`${id}-help`} onClick={add}>
          Add block
        </Button>
      </div>
      <p className="sm faint" id={`${id}-help`}>
        {isTaken ? `There is a block of this name already.` : kind.help}
      </p>
    </fieldset>
  )
}
