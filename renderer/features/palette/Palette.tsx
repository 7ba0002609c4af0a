import { CornerDownLeft, Search } from 'lucide-react'
import { Fragment, type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { Dialog, Icon, KeyCaps, Shape, shapeOf } from '../../parts/index.ts'
import { usePreferences, useServices } from '../../store/index.ts'
import { type Entry, entriesFor } from './entries.ts'

const idOf = (index: number): string => `palette-${index}`

/** Reaches every page, service and action by a few letters. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const services = useServices()
  const favourites = usePreferences((state) => state.favourites)
  // Typing goes before finding, when there is so much that both do not fit into a frame.
  const wanted = useDeferredValue(query)
  const entries = useMemo(() => entriesFor(wanted, services, favourites), [wanted, services, favourites])
  const chosen = Math.min(at, entries.length - 1)
  const list = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: other entries may stand at the same place
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [chosen, entries])

  const run = (entry: Entry | undefined): void => {
    if (!entry) return
    onClose()
    entry.run()
  }
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const next = chosen + step
      const wraps = Math.abs(step) === 1
      const last = entries.length - 1
      setAt(next < 0 ? (wraps ? last : 0) : next > last ? (wraps ? 0 : last) : next)
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      // What was typed last counts, even where it has not been drawn yet.
      run(wanted === query ? entries[chosen] : entriesFor(query, services, favourites)[0])
    } else if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      onClose()
    }
  }
  return (
    <Dialog label="Search or run" className="palette" onClose={onClose}>
      <div className="palette-query">
        <Icon of={Search} />
        <input
          type="text"
          role="combobox"
          aria-label="Search or run"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={chosen >= 0 ? idOf(chosen) : undefined}
          aria-autocomplete="list"
          placeholder="A page, a service, or what to do"
          data-autofocus=""
          spellCheck={false}
          autoComplete="off"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value)
            setAt(0)
          }}
          onKeyDown={press}
        />
        <span className="kbd" aria-hidden="true">
          Esc
        </span>
      </div>
      <div className="palette-list" id="palette-list" role="listbox" aria-label="Found" ref={list}>
        {groupsOf(entries).map(({ name, from, items }) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options has no element of its own
          <div role="group" aria-label={name} key={`${name} ${from}`}>
            <div className="palette-group" aria-hidden="true">
              {name}
            </div>
            {items.map((entry, index) => (
              <Option
                key={entry.id}
                entry={entry}
                index={from + index}
                isChosen={from + index === chosen}
                onPoint={setAt}
                onRun={run}
              />
            ))}
          </div>
        ))}
      </div>
      {entries.length === 0 && <p className="palette-none dim">Nothing is called “{query.trim()}”.</p>}
      <div className="palette-foot xs faint" aria-hidden="true">
        <KeyCaps keys="arrowUp" />
        <KeyCaps keys="arrowDown" />
        choose
        <KeyCaps keys="enter" />
        open
        <span className="push" />
        <KeyCaps keys=">" />
        actions
        <KeyCaps keys="#" />
        tags
      </div>
      <p className="out-of-sight" role="status">
        {query === '' ? '' : `${entries.length} found`}
      </p>
    </Dialog>
  )
}

function groupsOf(entries: readonly Entry[]): { name: string; from: number; items: Entry[] }[] {
  const groups: { name: string; from: number; items: Entry[] }[] = []
  for (const [index, entry] of entries.entries()) {
    const last = groups.at(-1)
    if (last?.name === entry.group) last.items.push(entry)
    else groups.push({ name: entry.group, from: index, items: [entry] })
  }
  return groups
}

interface OptionProps {
  entry: Entry
  index: number
  isChosen: boolean
  onPoint: (index: number) => void
  onRun: (entry: Entry) => void
}

function Option({ entry, index, isChosen, onPoint, onRun }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keyboard, and Enter runs what is chosen
    // biome-ignore lint/a11y/useFocusableInteractive: the field points at the option that is active
    <div
      className="palette-option"
      id={idOf(index)}
      role="option"
      aria-selected={isChosen}
      onPointerMove={() => !isChosen && onPoint(index)}
      onClick={() => onRun(entry)}
    >
      {entry.service ? (
        <Shape name={shapeOf(entry.service)} />
      ) : entry.icon ? (
        <Icon of={entry.icon} />
      ) : (
        <span className="i" />
      )}
      <span className="palette-label cut">
        <Marked text={entry.label} ranges={entry.ranges} />
      </span>
      <span className="faint cut grow">{entry.note}</span>
      {entry.keys !== undefined && <KeyCaps keys={entry.keys} />}
      {isChosen && entry.keys === undefined && (
        <span className="kbd" aria-hidden="true">
          <Icon of={CornerDownLeft} size={12} />
        </span>
      )}
    </div>
  )
}

function Marked({ text, ranges }: { text: string; ranges: Entry['ranges'] }) {
  let from = 0
  const parts = ranges.map(([start, end]) => {
    const before = text.slice(from, start)
    from = end
    return (
      <Fragment key={start}>
        {before}
        <b>{text.slice(start, end)}</b>
      </Fragment>
    )
  })
  return (
    <>
      {parts}
      {text.slice(from)}
    </>
  )
}
