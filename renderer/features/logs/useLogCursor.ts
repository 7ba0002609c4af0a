import { useState } from 'react'
import type { LogLine } from '../../../contract/index.ts'
import { useKeys } from '../../actions/index.ts'
import { keyOf } from './buffer.ts'

interface LogCursorOptions {
  lines: readonly LogLine[]
  onFollowing: (isFollowing: boolean) => void
  toEnd: () => void
  toStart: () => void
  toLine: (index: number) => void
}

/** The line that the keyboard is at, and the one that is open. Lines are known by their keys, since indices move. */
export function useLogCursor({ lines, onFollowing, toEnd, toStart, toLine }: LogCursorOptions) {
  const [cursor, setCursor] = useState<string | null>(null)
  const [opened, setOpened] = useState<string | null>(null)

  const open = (key: string | null): void => {
    setOpened(key)
    if (key !== null) onFollowing(false)
  }
  const step = (by: number) => (event: KeyboardEvent) => {
    event.preventDefault()
    const at = cursor === null ? -1 : lines.findIndex((line) => keyOf(line) === cursor)
    const index = at === -1 ? lines.length - 1 : Math.min(lines.length - 1, Math.max(0, at + by))
    const line = lines[index]
    if (!line) return
    if (index < lines.length - 1) onFollowing(false)
    setCursor(keyOf(line))
    toLine(index)
  }
  const jump = (to: () => void) => (event: KeyboardEvent) => {
    event.preventDefault()
    to()
  }
  useKeys({
    j: step(1),
    arrowDown: step(1),
    k: step(-1),
    arrowUp: step(-1),
    end: jump(toEnd),
    home: jump(toStart),
    enter: (event) => {
      if (event.target instanceof HTMLElement && event.target.closest('a, button')) return
      if (cursor !== null) open(opened === cursor ? null : cursor)
    },
    escape: (event) => {
      if (opened === null) return
      event.preventDefault()
      setOpened(null)
    },
  })

  const toggle = (key: string): void => {
    // A person who marks text does not want the line to open.
    if (window.getSelection()?.isCollapsed === false) return
    setCursor(key)
    open(opened === key ? null : key)
  }
  return { cursor, opened, toggle }
}
