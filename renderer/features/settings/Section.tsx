import { type ReactNode, useId } from 'react'

/** Settings that belong together, one to a row. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
      </div>
      <ul className="list">{children}</ul>
    </section>
  )
}

interface SettingProps {
  name: string
  text?: string
  children: ReactNode
}

export function Setting({ name, text, children }: SettingProps) {
  return (
    <li className="setting">
      <div className="grow">
        <div>{name}</div>
        {text !== undefined && <div className="faint sm">{text}</div>}
      </div>
      {children}
    </li>
  )
}

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
