import type { Place, Problems } from '../problems.ts'

/** Names that are special to JavaScript's objects. Nothing here keeps them in one, and nothing later shall be able to. */
const reserved = new Set(['__proto__', 'constructor', 'prototype'])

/** Refuses a reserved name; false when it was. */
export function checkReserved(name: string, place: Place, problems: Problems): boolean {
  if (!reserved.has(name)) return true
  problems.error(place, {
    code: 'reserved-name',
    message: `"${name}" cannot be used as a name.`,
    expected: 'another name; this one has a meaning of its own in many programs that read configurations',
  })
  return false
}

const labelPattern = /^[\p{L}\p{M}\p{Nd}_.-]+$/u

/** The rule for labels: 1–64 letters of any script, digits, `-`, `_`, `.`. */
export function checkLabel(kind: string, label: string, place: Place, problems: Problems): boolean {
  if (!checkReserved(label, place, problems)) return false
  const length = [...label].length
  if (length >= 1 && length <= 64 && labelPattern.test(label) && label !== '.' && label !== '..') return true
  const cleaned = label
    .trim()
    .replace(/[^\p{L}\p{M}\p{Nd}_.-]+/gu, '-')
    .slice(0, 64)
    .replace(/^-+|-+$/g, '')
  problems.error(place, {
    code: 'bad-name',
    message: describeBad(kind, label, length),
    expected: '1 to 64 letters, digits, "-", "_" or "."',
    ...(/[\p{L}\p{Nd}]/u.test(cleaned) ? { suggestion: `Name it "${cleaned}".` } : {}),
  })
  return false
}

/** A text that is quoted in a message, at a length that can be read. */
export function shorten(text: string, length = 60): string {
  const points = [...text]
  return points.length <= length ? text : `${points.slice(0, length).join('')}…`
}

function describeBad(kind: string, label: string, length: number): string {
  if (length === 0) return `A ${kind} needs a name.`
  return length > 64 ? `This name has ${length} characters.` : `"${shorten(label)}" cannot be the name of a ${kind}.`
}
