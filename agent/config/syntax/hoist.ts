import type { Attribute, Block, Body } from './ast.ts'
import { indentation } from './recover.ts'

/**
 * Where a closing brace is missing, the blocks that follow end up inside the one that is open. What is indented no deeper
 * than its block was meant to stand beside it, and is put there, so that it is checked as what it is.
 */
export function hoist(body: Body, text: string): void {
  const items: (Attribute | Block)[] = []
  for (const item of body.items) {
    items.push(item)
    if (item.kind !== 'block') continue
    hoist(item.body, text)
    const first = item.body.items.findIndex((inner) => isOutside(inner, item, text))
    if (first !== -1) items.push(...item.body.items.splice(first))
  }
  body.items = items
}

function isOutside(inner: Attribute | Block, block: Block, text: string): boolean {
  const isOnItsLine = !text.slice(block.start, inner.start).includes('\n')
  return !isOnItsLine && indentation(text, inner.start) <= indentation(text, block.start)
}

/** The number of the first line after `open` that is indented no deeper than its own and closes nothing. */
export function nextDedented(text: string, open: number): number | undefined {
  const limit = indentation(text, open)
  let line = text.slice(0, open).split('\n').length
  for (let at = text.indexOf('\n', open); at !== -1; at = text.indexOf('\n', at + 1)) {
    line += 1
    const first = text.charAt(at + 1 + indentation(text, at + 1))
    if (/[\p{L}_]/u.test(first) && indentation(text, at + 1) <= limit) return line
  }
  return undefined
}
