import { FileUp } from 'lucide-react'
import { type ChangeEvent, useId } from 'react'
import { Button, Icon } from '../../parts/index.ts'
import { showError } from '../../store/index.ts'
import type { Pem } from './connection.ts'

const mostBytes = 64 * 1024

interface SecretTextProps {
  label: string
  /** Null is as it is kept. */
  value: Pem
  placeholder: string
  /** Ends of names of files that are offered first. */
  accept: string
  onChange: (value: Pem) => void
}

/** A text of several lines: pasted, or taken from a file by the system's dialog. */
export function SecretText({ label, value, placeholder, accept, onChange }: SecretTextProps) {
  const id = useId()
  const take = async ({ target }: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = target.files?.[0]
    // The same file can be chosen once more.
    target.value = ''
    if (!file) return
    if (file.size > mostBytes) return showError(`${file.name} is no ${label}`, 'Such a file has a few kilobytes.')
    try {
      onChange(await file.text())
    } catch (error) {
      showError(`${file.name} cannot be read`, error)
    }
  }
  return (
    <div className="secret-text">
      <div className="row">
        <span aria-hidden="true">{label}</span>
        <span className="push" />
        {value === null ? (
          <Button small onClick={() => onChange(undefined)} aria-label={`Replace ${label}`}>
            Replace
          </Button>
        ) : (
          <label htmlFor={id} className="btn sm file-choice">
            <Icon of={FileUp} size={12} />
            Choose a file…
            <input
              id={id}
              type="file"
              className="out-of-sight"
              aria-label={`${label}: choose a file`}
              accept={accept}
              onChange={(event) => void take(event)}
            />
          </label>
        )}
      </div>
      {value === null ? (
        <p className="dim sm">Kept as it is.</p>
      ) : (
        <textarea
          className="mono"
          rows={3}
          aria-label={label}
          placeholder={placeholder}
          value={value ?? ''}
          spellCheck={false}
          autoComplete="off"
          onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
        />
      )}
    </div>
  )
}
