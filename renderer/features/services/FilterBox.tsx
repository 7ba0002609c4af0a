import { Search, X } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useId, useState } from 'react'
import { Icon } from '../../parts/index.ts'
import { useIsEveryHost, useServices } from '../../store/index.ts'
import { completionsFor, type Suggestion, splitLastWord } from './completion.ts'
import { type FilterToken, formatToken, parseFilter, splitFilter } from './filter.ts'

interface FilterBoxProps {
  value: string
  onChange: (value: string) => void
  /** Where the keyboard goes when the person is done here. */
  onLeave: () => void
  input: RefObject<HTMLInputElement | null>
}

const join = (chips: readonly FilterToken[], rest: string): string => [...chips.map(formatToken), rest].join(' ')

/** Tokens that are finished, the words being written, and what these may become. */
export function FilterBox({ value, onChange, onLeave, input }: FilterBoxProps) {
  const { tokens: chips, rest } = splitFilter(value)
  const { before, word } = splitLastWord(rest)
  const services = useServices()
  const isEvery = useIsEveryHost()
  const [isWriting, setWriting] = useState(false)
  const [at, setAt] = useState(-1)
  const suggestions = isWriting ? completionsFor(word, services.values()) : []
  const listId = useId()
  const chosen = suggestions[at]

  const write = (text: string): void => {
    setWriting(true)
    setAt(-1)
    onChange(join(chips, text).trimStart())
  }
  const take = ({ text, count }: Suggestion): void => {
    write(`${before}${text}${count === null ? '' : ' '}`)
    input.current?.focus()
  }
  const remove = (index: number): void => {
    onChange(join(chips.toSpliced(index, 1), rest).trimStart())
    input.current?.focus()
  }
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const first = suggestions[0]
    if (event.key === 'Backspace' && rest === '' && chips.length > 0) {
      event.preventDefault()
      remove(chips.length - 1)
    } else if (event.key === 'Escape') {
      if (suggestions.length > 0) setWriting(false)
      else {
        if (value === '') onLeave()
        onChange('')
      }
    } else if (move !== 0 && suggestions.length > 0) {
      event.preventDefault()
      setAt((at + move + suggestions.length) % suggestions.length)
    } else if (event.key === 'Tab' && !event.shiftKey && first && word !== '') {
      event.preventDefault()
      take(chosen ?? first)
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault()
      if (event.key === 'Enter' && chosen) take(chosen)
      else if (event.key === 'Enter' && parseFilter(rest).some(({ key }) => key !== 'text')) write(`${rest} `)
      else onLeave()
    }
  }
  return (
    <search className="filter grow">
      <div className="input">
        <Icon of={Search} size={14} />
        {chips.map((token, index) => (
          <Token key={formatToken(token)} token={token} onRemove={() => remove(index)} />
        ))}
        <input
          ref={input}
          type="text"
          aria-label="Filter services"
          aria-autocomplete="list"
          aria-controls={suggestions.length > 0 ? listId : undefined}
          aria-activedescendant={chosen ? `${listId}-${at}` : undefined}
          placeholder={
            chips.length === 0 ? `Filter by ${isEvery ? 'host:, ' : ''}state:, tag:, app:, port: or text` : ''
          }
          value={rest}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => write(event.target.value)}
          onKeyDown={press}
          onBlur={() => setWriting(false)}
        />
        <span className="kbd" aria-hidden="true">
          /
        </span>
      </div>
      {suggestions.length > 0 && (
        <div className="menu suggestions" role="listbox" id={listId} aria-label="Completions">
          {suggestions.map((suggestion, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard chooses from the field, which keeps it
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the chosen option
            <div
              key={suggestion.text}
              role="option"
              id={`${listId}-${index}`}
              aria-selected={index === at}
              className="menu-item"
              {...(index === at ? { 'data-highlighted': '' } : {})}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(suggestion)}
            >
              {suggestion.text}
              {suggestion.count !== null && <span className="push faint">{suggestion.count}</span>}
            </div>
          ))}
        </div>
      )}
    </search>
  )
}

function Token({ token, onRemove }: { token: FilterToken; onRemove: () => void }) {
  const { key, value, not } = token
  return (
    <span className="token">
      <span>
        <b>
          {not ? '-' : ''}
          {key}:
        </b>
        {value}
      </span>
      <button type="button" aria-label={`Remove ${formatToken(token)}`} onClick={onRemove}>
        <Icon of={X} size={12} />
      </button>
    </span>
  )
}
