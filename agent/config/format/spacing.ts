import type { Token } from './tokens.ts'

/** How far a line's brackets are left open by a word. */
export function bracketChange({ kind, text }: Token): number {
  if (kind !== 'sign') return 0
  if (text === '{' || text === '[' || text === '(') return 1
  return text === '}' || text === ']' || text === ')' ? -1 : 0
}

const endsValue = (token: Token): boolean => token.kind !== 'sign' || bracketChange(token) < 0

const isSign = (token: Token | undefined, ...texts: readonly string[]): boolean =>
  token?.kind === 'sign' && texts.includes(token.text)

/** Whether a space stands between two words of a line, as HashiCorp's own formatter has it. `before` is what precedes both. */
export function isSpaced(left: Token, right: Token, before: Token | undefined): boolean {
  if (left.kind === 'word' && isSign(right, '(', '::')) return false
  // Without the space it would be read as a fraction.
  if (left.kind === 'number' && isSign(right, '.')) return true
  if (isSign(left, '::', '.') || isSign(right, '.', ',', '...')) return false
  if (isSign(left, ',')) return true
  if (left.kind === 'word' && left.text === 'in' && before?.kind === 'word') return true
  if (isSign(right, '[') && (left.kind === 'word' || left.kind === 'number' || bracketChange(left) < 0)) return false
  if (isSign(left, '!')) return false
  if (isSign(left, '-')) return before !== undefined && endsValue(before)
  if (isSign(left, '{') || isSign(right, '}')) return !(isSign(left, '{') && isSign(right, '}'))
  return bracketChange(left) <= 0 && bracketChange(right) >= 0
}
