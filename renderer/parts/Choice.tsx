import { useId } from 'react'

interface ChoiceProps<T extends string> {
  name: string
  value: T
  options: readonly (readonly [T, string])[]
  onChange: (value: T) => void
}

/** One of a few, all in sight. */
export function Choice<T extends string>({ name, value, options, onChange }: ChoiceProps<T>) {
  const id = useId()
  return (
    <fieldset className="seg" aria-label={name}>
      {options.map(([option, label]) => (
        <label key={option}>
          <input
            type="radio"
            className="out-of-sight"
            name={id}
            value={option}
            checked={option === value}
            onChange={() => onChange(option)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  )
}
