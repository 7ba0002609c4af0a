import { ArrowDown, ArrowUp, ListFilter, Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useKeys } from '../../actions/index.ts'
import { Icon, IconButton } from '../../parts/index.ts'
import { axisTime } from './histogram.ts'
import { patternProblem, type SearchText, sourceOf } from './pattern.ts'
import type { Place } from './place.ts'
import type { Hits } from './useHits.ts'

/** A search is sent when one has stopped typing for so long. */
const settleMs = 250

interface LogSearchProps {
  search: SearchText
  onSearch: (search: SearchText) => void
  hits: Hits
  hit: Place | null
  onGo: (direction: 'newer' | 'older') => void
}

export function LogSearch({ search, onSearch, hits, hit, onGo }: LogSearchProps) {
  const [typed, setTyped] = useState(search.text)
  const input = useRef<HTMLInputElement>(null)
  const problem = patternProblem(sourceOf({ ...search, text: typed })) ?? hits.problem
  const newest = useRef({ search, onSearch })
  newest.current = { search, onSearch }
  useEffect(() => {
    if (typed === newest.current.search.text) return
    const timer = setTimeout(() => newest.current.onSearch({ ...newest.current.search, text: typed }), settleMs)
    return () => clearTimeout(timer)
  }, [typed])
  // Back and Forward change the search as well.
  useEffect(() => setTyped(search.text), [search.text])
  const toNewer = (): void => onGo('newer')
  const toOlder = (): void => onGo('older')
  useKeys(
    {
      '/': (event) => {
        event.preventDefault()
        input.current?.focus()
        input.current?.select()
      },
      n: toNewer,
      N: toOlder,
    },
    'part',
  )
  const enter = (isBack: boolean): void => {
    if (typed !== search.text) onSearch({ ...search, text: typed })
    else onGo(isBack ? 'older' : 'newer')
  }
  const has = search.text !== '' && problem === null
  return (
    <search className={problem === null ? 'input grow log-search' : 'input grow log-search is-wrong'}>
      <Icon of={Search} size={14} />
      <input
        ref={input}
        type="text"
        className="mono"
        aria-label="Search the logs"
        aria-invalid={problem !== null}
        placeholder="Search all lines"
        value={typed}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            if (typed === '') event.currentTarget.blur()
            setTyped('')
          }
          if (event.key === 'Enter') enter(event.shiftKey)
        }}
      />
      <span className="push faint sm search-state" role="status" title={problem ?? undefined}>
        {problem ?? (search.text === '' ? '' : hitWords(hits, hit))}
      </span>
      {hits.isSearching && has && <IconButton small icon={X} label="Cancel the search" onClick={hits.cancel} />}
      <Toggle
        text=".*"
        label="Regular expression"
        isOn={!search.isPlain}
        onToggle={() => onSearch({ ...search, text: typed, isPlain: !search.isPlain })}
      />
      <Toggle
        text="Aa"
        label="Match case"
        isOn={search.matchCase}
        onToggle={() => onSearch({ ...search, text: typed, matchCase: !search.matchCase })}
      />
      <IconButton
        small
        icon={ListFilter}
        label="Show only hits"
        aria-pressed={search.isOnly}
        onClick={() => onSearch({ ...search, text: typed, isOnly: !search.isOnly })}
      />
      <IconButton small icon={ArrowUp} label="Previous hit" disabled={!has} onClick={() => onGo('older')} />
      <IconButton small icon={ArrowDown} label="Next hit" disabled={!has} onClick={() => onGo('newer')} />
    </search>
  )
}

function Toggle(props: { text: string; label: string; isOn: boolean; onToggle: () => void }) {
  const { text, label, isOn, onToggle } = props
  return (
    <button
      type="button"
      className="btn quiet sm mono"
      aria-label={label}
      title={label}
      aria-pressed={isOn}
      onClick={onToggle}
    >
      {text}
    </button>
  )
}

function hitWords({ places, numberOf, isSearching, searchedTo, more }: Hits, hit: Place | null): string {
  const all = `${places.length.toLocaleString()}${more ? '+' : ''} ${places.length === 1 ? 'hit' : 'hits'}`
  const number = hit === null ? null : numberOf(hit)
  const counted = number === null ? all : `${number.toLocaleString()} of ${all}`
  if (!isSearching) return counted
  const back = searchedTo === null ? '' : ` back to ${axisTime(Date.parse(searchedTo), Number.POSITIVE_INFINITY)}`
  return `${counted}, searching${back}`
}
