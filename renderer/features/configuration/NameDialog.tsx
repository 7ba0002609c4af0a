import { type FormEvent, useState } from 'react'
import { Button, Dialog, DialogFoot, Problem } from '../../parts/index.ts'

interface NameDialogProps {
  title: string
  label: string
  first: string
  confirm: string
  /** Why this name cannot be had, in words or as it was thrown, or null; asked when the person has decided. */
  onChoose: (name: string) => unknown
  onClose: () => void
}

/** Asks for one name. */
export function NameDialog({ title, label, first, confirm, onChoose, onClose }: NameDialogProps) {
  const [name, setName] = useState(first)
  const [problem, setProblem] = useState<unknown>(null)
  const choose = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const refusal = await onChoose(name.trim())
    setProblem(refusal)
    if (refusal === null) onClose()
  }
  return (
    <Dialog label={title} className="question" onClose={onClose}>
      <form onSubmit={(event) => void choose(event)}>
        <div className="dialog-body">
          <h2 className="dialog-title">{title}</h2>
          <label className="stack name-field">
            <span className="dim sm">{label}</span>
            <span className={problem === null ? 'input' : 'input is-wrong'}>
              <input
                data-autofocus=""
                className="mono"
                value={name}
                aria-invalid={problem !== null}
                onFocus={({ target }) => target.select()}
                onChange={({ target }) => {
                  setName(target.value)
                  setProblem(null)
                }}
              />
            </span>
          </label>
          <Problem why={problem} />
        </div>
        <DialogFoot onCancel={onClose}>
          <Button look="primary" type="submit" disabled={name.trim() === ''}>
            {confirm}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
