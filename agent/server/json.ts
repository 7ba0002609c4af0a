/** Reading a body that nobody vouches for: JSON.parse accepts things that two readers understand differently. */

export const maxDepth = 64
const refusedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export class JsonRefusal extends Error {
  override name = 'JsonRefusal'
  readonly path: string
  /** From 1, in the body; absent when the position is not known. */
  readonly position: { line: number; column: number } | undefined
  constructor(message: string, where: { text: string; offset: number; path?: string } | undefined) {
    const position = where && positionOf(where.text, where.offset)
    super(position ? `${message} (line ${position.line}, column ${position.column} of the body)` : message)
    this.position = position
    this.path = where?.path ?? ''
  }
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  return {
    line: before.split('\n').length,
    column: [...before.slice(before.lastIndexOf('\n') + 1)].length + 1,
  }
}

interface Level {
  /** The keys seen so far; undefined in a list. */
  keys: Set<string> | undefined
  /** In an object: whether the next string is a key. */
  keyNext: boolean
  key: string
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x22) return i
    if (code === 0x5c) i++
  }
  return text.length
}

function readKey(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end)
  if (!raw.includes('\\')) return raw
  try {
    return String(JSON.parse(text.slice(start, end + 1)))
  } catch {
    // Not a string that JSON knows; JSON.parse of the whole says where.
    return raw
  }
}

const pathOf = (levels: readonly Level[]): string =>
  levels
    .filter(({ keys }) => keys)
    .map(({ key }) => key)
    .join('.')

function faultOfKey(key: string, before: ReadonlySet<string>): string | undefined {
  if (refusedKeys.has(key)) return `The name ${key} is not allowed`
  return before.has(key) ? `The name ${JSON.stringify(key.slice(0, 80))} is there twice` : undefined
}

/** Depth, doubled keys and names that reach into prototypes. Leaves all else to JSON.parse. */
function inspect(text: string): void {
  const levels: Level[] = []
  for (let i = 0; i < text.length; i++) {
    const top = levels.at(-1)
    switch (text.charCodeAt(i)) {
      case 0x7b: // {
      case 0x5b: // [
        if (levels.length === maxDepth) {
          throw new JsonRefusal(`The body is nested deeper than ${maxDepth}`, { text, offset: i })
        }
        levels.push({ keys: text.charCodeAt(i) === 0x7b ? new Set() : undefined, keyNext: true, key: '' })
        break
      case 0x7d: // }
      case 0x5d: // ]
        levels.pop()
        break
      case 0x2c: // ,
        if (top) top.keyNext = true
        break
      case 0x22: {
        const end = endOfString(text, i)
        if (top?.keys && top.keyNext) {
          top.keyNext = false
          top.key = readKey(text, i, end)
          const fault = faultOfKey(top.key, top.keys)
          if (fault) throw new JsonRefusal(fault, { text, offset: i, path: pathOf(levels) })
          top.keys.add(top.key)
        }
        i = end
      }
    }
  }
}

/** The value of a JSON text. @throws {JsonRefusal} with the position */
export function parseJson(text: string): unknown {
  inspect(text)
  try {
    return JSON.parse(text)
  } catch (error) {
    const said = error instanceof Error ? error.message : ''
    const offset = /position (\d+)/.exec(said)?.[1]
    const where = offset === undefined ? undefined : { text, offset: Number(offset) }
    throw new JsonRefusal(`The body is not valid JSON: ${said.replace(/(, ".*| in JSON.*)$/s, '')}`, where)
  }
}

/** Decodes a body. @throws {JsonRefusal} when its bytes are not UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new JsonRefusal('The body is not UTF-8', undefined)
  }
}
