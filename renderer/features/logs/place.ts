import type { LogLine } from '../../../contract/index.ts'

/** Where a line stands among all lines; also what tells lines apart. The text is the agent's. */
export type Place = string

export const placeOf = ({ place, service, seq }: LogLine): Place => place ?? `0/${service}/${seq}`

/** Below zero when `a` is older. */
export function comparePlaces(a: Place, b: Place): number {
  const slashA = a.indexOf('/')
  const slashB = b.indexOf('/')
  const orders = Number(a.slice(0, slashA)) - Number(b.slice(0, slashB))
  if (orders !== 0) return orders
  const rest = Number(a.slice(slashA + 1)) - Number(b.slice(slashB + 1))
  // Among lines of all hosts it is a text that is in order as it stands.
  if (Number.isNaN(rest)) return a < b ? -1 : a > b ? 1 : 0
  return rest
}

/** The first index of what is in ascending order where `isAtLeast` holds, or the length. */
export function firstIndexWhere(length: number, isAtLeast: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isAtLeast(middle)) high = middle
    else low = middle + 1
  }
  return low
}
