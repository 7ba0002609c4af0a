import { Search, X } from 'lucide-react'
import type { KeyboardEvent, RefObject } from 'react'
import { Icon } from '../../parts/index.ts'
import { type FilterToken, formatToken, parseFilter, splitFilter } from './filter.ts'

interface FilterBoxProps {
  value: string
  onChange: (value: string) => void
  /** Where the keyboard goes when the person is done here. */
  onLeave: () => void
  input: RefObject<HTMLInputElement | null>
}

const join = (chips: readonly FilterToken[], rest: string): string => [...chips.map(formatToken), rest].join(' ')

export function FilterBox({ value, onChange, onLeave, input }: FilterBoxProps) {
  const { tokens: chips, rest } = splitFilter(value)
  const remove = (index: number): void => {
    onChange(join(chips.toSpliced(index, 1), rest).trimStart())
    input.current?.focus()
  }
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Backspace' && rest === '' && chips.length > 0) {
      event.preventDefault()
      remove(chips.length - 1)
    } else if (event.key === 'Escape') {
      if (value === '') onLeave()
      onChange('')
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault()
      if (event.key === 'Enter' && parseFilter(rest).some(({ key }) => key !== 'text')) onChange(`${value} `)
      else onLeave()
    }
  }
  return (
    <search className="input grow">
      <Icon of={Search} size={14} />
      {chips.map((token, index) => (
        <span className="token" key={formatToken(token)}>
          <span>
            <b>
              {token.not ? '-' : ''}
              {token.key}:
            </b>
            {token.value}
          </span>
          <button type="button" aria-label={`Remove ${formatToken(token)}`} onClick={() => remove(index)}>
            <Icon of={X} size={12} />
          </button>
        </span>
      ))}
      <input
        ref={input}
        type="text"
        aria-label="Filter services"
        placeholder={chips.length === 0 ? 'Filter by state:, tag:, app:, port: or text' : ''}
        value={rest}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(join(chips, event.target.value).trimStart())}
        onKeyDown={press}
      />
      <span className="kbd" aria-hidden="true">
        /
      </span>
    </search>
  )
}
