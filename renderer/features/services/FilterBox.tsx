import { Search, X } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useRef } from 'react'
import { Icon } from '../../parts/index.ts'
import { type FilterToken, formatToken, parseFilter } from './filter.ts'

interface FilterBoxProps {
  value: string
  onChange: (value: string) => void
  /** Where the keyboard goes when the person is done here. */
  onLeave: () => void
  input: RefObject<HTMLInputElement | null>
}

/** Splits what is typed into finished tokens, shown as chips, and the rest that is still being written. */
function split(value: string): { chips: FilterToken[]; rest: string } {
  const at = value.lastIndexOf(' ')
  const tokens = parseFilter(value.slice(0, at + 1)).filter(({ key }) => key !== 'text')
  const words = parseFilter(value.slice(0, at + 1)).filter(({ key }) => key === 'text')
  return { chips: tokens, rest: [...words.map(formatToken), value.slice(at + 1)].join(' ') }
}

const join = (chips: readonly FilterToken[], rest: string): string => [...chips.map(formatToken), rest].join(' ')

export function FilterBox({ value, onChange, onLeave, input }: FilterBoxProps) {
  const own = useRef<HTMLDivElement>(null)
  // A filter that came by a link ends in a finished token; chips are for finished ones.
  const { chips, rest } = split(value)
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
    <search className="input grow" ref={own}>
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
