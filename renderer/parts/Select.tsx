import { ChevronDown } from 'lucide-react'
import { Icon } from './Icon.tsx'

interface SelectProps {
  label: string
  value: string
  options: readonly (readonly [value: string, word: string])[]
  onChange: (value: string) => void
}

/** One of more than fit side by side. */
export function Select({ label, value, options, onChange }: SelectProps) {
  return (
    <span className="select">
      <select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([option, word]) => (
          <option key={option} value={option}>
            {word}
          </option>
        ))}
      </select>
      <Icon of={ChevronDown} size={12} />
    </span>
  )
}
