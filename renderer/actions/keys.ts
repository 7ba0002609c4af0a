import { useEffect, useRef } from 'react'

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>

/** So long the second key of `g s` may take. */
const sequenceMs = 1_500

const isTextField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.matches('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]')

/** Menus and dialogs keep the keyboard for themselves. */
const isOver = (): boolean =>
  document.querySelector('[role="menu"], [role="listbox"][data-open], dialog[open]') !== null

/** `k` with Ctrl, on macOS with Cmd, is `mod+k`; letters keep their case, names begin with a small letter. */
function nameOf({ key, ctrlKey, metaKey }: KeyboardEvent): string {
  const name = key.length > 1 ? key.charAt(0).toLowerCase() + key.slice(1) : key
  return ctrlKey || metaKey ? `mod+${name.toLowerCase()}` : name
}

/** Who may want a key: the frame, the page that is open, and a part of the page that is worked in, like its log. */
const levels = ['frame', 'page', 'part'] as const
type Level = (typeof levels)[number]

/** Who listens, by level, the newest of each last. Whoever is last and wants a key has it. */
const listeners: { keys: { current: Keys }; level: Level }[] = []
let first: { name: string; at: number } | undefined

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return
  const name = nameOf(event)
  const isCommand = name.startsWith('mod+')
  // While one types, letters are letters; a command is one anywhere.
  if (isOver() || (!isCommand && isTextField(event.composedPath()[0] ?? null))) return
  const sequence = first && event.timeStamp - first.at < sequenceMs ? `${first.name} ${name}` : undefined
  first = undefined
  for (const wanted of sequence === undefined ? [name] : [sequence, name]) {
    const listener = listeners.findLast(({ keys }) => Object.hasOwn(keys.current, wanted))
    if (listener) {
      listener.keys.current[wanted]?.(event)
      // A key may have a meaning of its own in a page and begin a sequence as well.
      if (wanted !== name) return
      break
    }
  }
  if (begins(name)) first = { name, at: event.timeStamp }
}

const begins = (name: string): boolean =>
  listeners.some(({ keys }) => Object.keys(keys.current).some((keys) => keys.startsWith(`${name} `)))

/**
 * Keys of what is open, by name: `j`, `enter`, `arrowDown`, `mod+k`, `g s`. One place hears them all; nothing fires
 * while one types, but commands with Ctrl or Cmd do. A page goes before the frame, and a part of it before the page.
 */
export function useKeys(keys: Keys, level: Level = 'page'): void {
  const newest = useRef(keys)
  newest.current = keys
  useEffect(() => {
    const listener = { keys: newest, level }
    const above = listeners.findIndex((other) => levels.indexOf(other.level) > levels.indexOf(level))
    listeners.splice(above === -1 ? listeners.length : above, 0, listener)
    if (listeners.length === 1) document.addEventListener('keydown', press)
    return () => {
      listeners.splice(listeners.indexOf(listener), 1)
      if (listeners.length === 0) document.removeEventListener('keydown', press)
    }
  }, [level])
}
