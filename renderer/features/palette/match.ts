export interface Match {
  /** Higher is better; comparable between texts. */
  score: number
  /** What of the text was found, as `[from, to)`, in order. */
  ranges: readonly (readonly [number, number])[]
}

const boundary = /[\s\-_./#:@]/

/**
 * How well a text answers what was typed: as a whole, from its start, from the start of a word, within a word, or as
 * letters in that order, in this order. Each word of a query has to be found. Null when one is not.
 */
export function match(query: string, text: string): Match | null {
  const lower = text.toLowerCase()
  let score = 0
  const ranges: (readonly [number, number])[] = []
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  for (const word of words) {
    const found = matchWord(word, lower)
    if (!found) return null
    score += found.score
    ranges.push(...found.ranges)
  }
  // Of two that match alike, the shorter has more of it matched.
  return { score: score / Math.max(1, words.length) - Math.min(9, text.length / 10), ranges: merged(ranges) }
}

function matchWord(word: string, text: string): Match | null {
  if (text === word) return { score: 100, ranges: [[0, word.length]] }
  let within = -1
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (at === 0) return { score: 80, ranges: [[0, word.length]] }
    if (boundary.test(text.charAt(at - 1))) return { score: 60, ranges: [[at, at + word.length]] }
    if (within === -1) within = at
  }
  if (within !== -1) return { score: 40, ranges: [[within, within + word.length]] }
  return lettersInOrder(word, text)
}

/** Letters far apart mean little: they have to lie within three times their length. */
function lettersInOrder(word: string, text: string): Match | null {
  if (word.length < 2) return null
  const ranges: [number, number][] = []
  let at = -1
  for (const letter of word) {
    at = text.indexOf(letter, at + 1)
    if (at === -1) return null
    ranges.push([at, at + 1])
  }
  const span = at + 1 - (ranges[0]?.[0] ?? 0)
  return span <= word.length * 3 ? { score: 20 - span / word.length, ranges } : null
}

function merged(ranges: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const result: [number, number][] = []
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else result.push([from, to])
  }
  return result
}
