import type { KeyboardEvent } from 'react'
import { Link, navigate, withQuery } from '../../router/index.ts'

export interface FleetTab<Id extends string> {
  id: Id
  word: string
  /** What there is of it that is not over. */
  count?: number
}

/** Tabs are links, so that each has an address. The arrow keys go from one to the next. */
export function FleetTabs<Id extends string>({ tabs, chosen }: { tabs: readonly FleetTab<Id>[]; chosen: Id }) {
  const [first] = tabs
  const pathOf = (id: Id): string => withQuery('/fleet', { tab: id === first?.id ? '' : id })
  const step = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const next = tabs.at((tabs.findIndex(({ id }) => id === chosen) + by) % tabs.length)
    if (by === 0 || next === undefined) return
    event.preventDefault()
    navigate(pathOf(next.id))
    document.getElementById(`fleet-${next.id}`)?.focus()
  }
  return (
    <div className="tabs" role="tablist" aria-label="Fleet" onKeyDown={step}>
      {tabs.map(({ id, word, count = 0 }) => (
        <Link
          key={id}
          id={`fleet-${id}`}
          role="tab"
          to={pathOf(id)}
          aria-selected={id === chosen}
          tabIndex={id === chosen ? 0 : -1}
        >
          {word}
          {count > 0 && <span className="badge">{count}</span>}
        </Link>
      ))}
    </div>
  )
}
