/** How many cells a text takes in a terminal, and how it is cut to fewer. */

export type Measure = (text: string) => number

// Letters and signs of one cell each that stand alone: loading the tables for all others takes longer than a list.
export const plainText =
  /^[\x20-\x7e\u00a1-\u00a8\u00aa-\u00ac\u00af-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u203b↻─│○●△▽◇✓✗]*$/

/** Loads what measuring these texts needs. */
export async function measureFor(texts: Iterable<string>): Promise<Measure> {
  for (const text of texts) {
    if (plainText.test(text)) continue
    const { default: stringWidth } = await import('string-width')
    return (some) => (plainText.test(some) ? some.length : stringWidth(some))
  }
  return (text) => text.length
}

/** Cut to `width` cells with an ellipsis, between characters as a person counts them. */
export function cut(text: string, width: number, measure: Measure): string {
  if (measure(text) <= width) return text
  if (width < 1) return ''
  if (plainText.test(text)) return `${text.slice(0, width - 1)}…`
  let kept = ''
  let used = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += measure(segment)
    if (used > width - 1) break
    kept += segment
  }
  return `${kept}…`
}
