import { useEffect, useRef } from 'react'
import type { Service } from '../../../contract/index.ts'
import { actionForKey, useKeys } from '../../actions/index.ts'
import { navigate, servicePath } from '../../router/index.ts'
import { usePanel } from '../../store/index.ts'
import type { Item } from './groups.ts'
import type { TableHandle } from './ServiceTable.tsx'

interface TableKeys {
  items: readonly Item[]
  cursor: string | null
  table: { current: TableHandle | null }
  input: { current: HTMLInputElement | null }
  onSelect: (name: string, toHere: boolean) => void
  onSelectAll: () => void
  onClear: () => void
  onToggleGroup: (id: string) => void
}

const isControl = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement && target.closest('a, button, input') !== null

/** What the keyboard does in the list of services. */
export function useTableKeys(keys: TableKeys): void {
  const { items, cursor, table, input, onSelect, onClear, onToggleGroup } = keys
  const at = (): Item | undefined => items.find(({ id }) => id === cursor)
  const step = (by: number) => (event: KeyboardEvent) => {
    event.preventDefault()
    const from = items.findIndex(({ id }) => id === cursor)
    const first = by > 0 ? 0 : items.length - 1
    const target = items[Math.min(items.length - 1, Math.max(0, from === -1 ? first : from + by))]
    if (!target) return
    if (event.shiftKey && target.kind === 'service') {
      const current = at()
      if (current?.kind === 'service') onSelect(current.name, true)
      onSelect(target.name, true)
    }
    table.current?.focus(target.id)
  }
  const act = (event: KeyboardEvent): void => {
    const item = at()
    const service: Service | undefined =
      item?.kind === 'service' ? usePanel.getState().model.services.get(item.name) : undefined
    const action = service && actionForKey(event.key, service)
    if (!service || !action?.when(service) || event.repeat) return
    event.preventDefault()
    action.run(service)
  }
  const select = (event: KeyboardEvent): void => {
    const item = at()
    if (item?.kind !== 'service' || isControl(event)) return
    event.preventDefault()
    onSelect(item.name, event.shiftKey)
  }
  const fold = (isOpen: boolean) => (event: KeyboardEvent) => {
    const item = at()
    if (item?.kind !== 'group' || item.isOpen !== isOpen) return
    event.preventDefault()
    onToggleGroup(item.id)
  }
  useKeys({
    j: step(1),
    arrowDown: step(1),
    k: step(-1),
    arrowUp: step(-1),
    home: step(Number.NEGATIVE_INFINITY),
    end: step(Number.POSITIVE_INFINITY),
    arrowLeft: fold(true),
    arrowRight: fold(false),
    enter: (event) => {
      const item = at()
      if (isControl(event)) return
      if (item?.kind === 'service') navigate(servicePath(item.name))
      else if (item) onToggleGroup(item.id)
    },
    s: act,
    r: act,
    l: act,
    o: act,
    f: act,
    x: select,
    ' ': select,
    escape: onClear,
    '/': (event) => {
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    },
  })
  useSelectAllKey(keys.onSelectAll)
}

/** Ctrl+A, or Cmd+A: all services, unless one is in a field, where it means all of its text. */
function useSelectAllKey(onSelectAll: () => void): void {
  const newest = useRef(onSelectAll)
  newest.current = onSelectAll
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const isAll = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'a'
      const inField =
        event.target instanceof HTMLElement && event.target.matches('input:not([type="checkbox"]), textarea')
      if (!isAll || inField || document.querySelector('dialog[open]')) return
      event.preventDefault()
      newest.current()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
}
