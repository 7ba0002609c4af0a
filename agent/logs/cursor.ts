/** A place in the lines of all services: `order` is the record's, `seq` the line's. */
export interface Position {
  order: number
  seq: number
}

/** Where a page ended and in which direction the next one lies. */
export interface Cursor extends Position {
  backward: boolean
}

/** A text for clients, who give it back and read nothing into it. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(`1${cursor.backward ? 'b' : 'f'}${encodePlace(cursor)}`).toString('base64url')
}

/** Undefined for a text that this agent did not make. */
export function decodeCursor(text: string): Cursor | undefined {
  if (text.length > 100) return undefined
  const match = /^1([bf])(.+)$/.exec(Buffer.from(text, 'base64url').toString('latin1'))
  const place = match && decodePlace(match[2] as string)
  return place ? { backward: match[1] === 'b', ...place } : undefined
}

/** What a line carries so that a client can ask for what is before or after it. */
export const encodePlace = ({ order, seq }: Position): string => `${order}/${seq}`

/** Undefined for a text that is no line's place. */
export function decodePlace(text: string): Position | undefined {
  const match = text.length > 100 ? null : /^(\d+(?:\.\d+)?)\/(\d+)$/.exec(text)
  if (!match) return undefined
  const order = Number(match[1])
  const seq = Number(match[2])
  return Number.isFinite(order) && Number.isSafeInteger(seq) ? { order, seq } : undefined
}
