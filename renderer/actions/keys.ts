import { useEffect, useRef } from 'react'

type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>

const isTextField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]')

/**
 * Keys of the page that is open, by `KeyboardEvent.key` with a small first letter: `j`, `enter`, `arrowDown`. While one types they are letters, and with a modifier they
 * belong to the browser; a menu that is open keeps them for itself.
 */
export function useKeys(keys: Keys): void {
  const newest = useRef(keys)
  newest.current = keys
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (isTextField(event.target) || document.querySelector('[role="menu"], dialog[open]')) return
      const name = event.key.length > 1 ? event.key.charAt(0).toLowerCase() + event.key.slice(1) : event.key
      const run = Object.hasOwn(newest.current, name) ? newest.current[name] : undefined
      run?.(event)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
}
