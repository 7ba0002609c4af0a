import type { Span } from './ansi.ts'

export interface MarkedSpan extends Span {
  hit?: true
}

/** Cuts spans where hits begin and end. Hits count over the text of all spans together. */
export function markSpans(spans: readonly Span[], hits: readonly [number, number][]): MarkedSpan[] {
  if (hits.length === 0) return [...spans]
  const marked: MarkedSpan[] = []
  let start = 0
  for (const span of spans) {
    marked.push(...cut(span, start, hits))
    start += span.text.length
  }
  return marked
}

function cut(span: Span, start: number, hits: readonly [number, number][]): MarkedSpan[] {
  const parts: MarkedSpan[] = []
  const add = (from: number, to: number, isHit: boolean): void => {
    if (to > from) parts.push({ ...span, text: span.text.slice(from, to), ...(isHit && { hit: true }) })
  }
  let at = 0
  for (const [from, to] of hits) {
    const begin = Math.min(span.text.length, Math.max(at, from - start))
    const end = Math.min(span.text.length, Math.max(begin, to - start))
    add(at, begin, false)
    add(begin, end, true)
    at = end
  }
  add(at, span.text.length, false)
  return parts
}
