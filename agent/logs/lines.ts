const newline = 10

/** Bytes with a view of them as 32-bit words, for counting. */
export interface Block {
  bytes: Buffer
  words: Int32Array
}

export function allocateBlock(sizeBytes: number): Block {
  const memory = new ArrayBuffer(Math.ceil(sizeBytes / 4) * 4)
  return { bytes: Buffer.from(memory), words: new Int32Array(memory) }
}

/** Bytes that cannot overflow a lane of eight bits: one word adds at most 1 to each of its four lanes. */
const wordsPerFold = 255

/**
 * Newlines from `from` to before `to`. Four bytes at a time, without an object or a call for a line: 200 MB take
 * some 65 ms whatever the length of their lines, where `indexOf` takes five seconds for lines of two bytes.
 */
export function countNewlines(block: Block, from: number, to: number): number {
  const { bytes, words } = block
  let total = 0
  let at = from
  for (; at < to && at % 4 !== 0; at++) if (bytes[at] === newline) total++
  const lastWord = Math.floor(to / 4)
  let word = at / 4
  while (word < lastWord) {
    const stop = Math.min(lastWord, word + wordsPerFold)
    let lanes = 0
    for (; word < stop; word++) {
      // A byte of `x` is zero where the text has a newline; the next line leaves 1 in exactly those lanes.
      const x = (words[word] as number) ^ 0x0a0a0a0a
      lanes += (~(((x & 0x7f7f7f7f) + 0x7f7f7f7f) | x | 0x7f7f7f7f) >>> 7) & 0x01010101
    }
    total += (lanes & 255) + ((lanes >>> 8) & 255) + ((lanes >>> 16) & 255) + (lanes >>> 24)
    at = word * 4
  }
  for (; at < to; at++) if (bytes[at] === newline) total++
  return total
}

/** A stretch of a block that becomes one record of an index. */
export interface Part {
  from: number
  to: number
  /** Lines that begin in it. */
  lineCount: number
  /** A part of one line, or a last line without its newline. */
  piece: boolean
  /** Not the beginning of its line. */
  continues: boolean
  /** Its line goes on after it. */
  open: boolean
}

export interface Split {
  parts: Part[]
  /** Where the next reading begins; what lies behind is the beginning of a line that is not whole yet. */
  consumed: number
  /** The last part's line goes on. */
  open: boolean
}

export interface SplitOptions {
  /** The block begins inside a line whose beginning was moved before. */
  open: boolean
  /** Nothing will be written any more: what has no newline is a line as well. */
  final: boolean
  /** A part has at most as many bytes, a single longer line apart. */
  partBytes: number
  /** A line without an end is moved in pieces from this size on. */
  pieceBytes: number
}

/** Cuts what was read from a spool into parts, of which every byte is in exactly one, in order. */
export function splitLines(block: Block, length: number, options: SplitOptions): Split {
  const { bytes } = block
  const parts: Part[] = []
  let at = 0
  const piece = (to: number, continues: boolean, open: boolean): void => {
    parts.push({ from: at, to, lineCount: continues ? 0 : 1, piece: true, continues, open })
    at = to
  }
  if (options.open) {
    const end = indexOfNewline(bytes, 0, length)
    if (end === -1) {
      // With nothing left to come an empty piece still says that the line has ended.
      if (length > 0 || options.final) piece(length, true, !options.final)
      return { parts, consumed: at, open: !options.final }
    }
    piece(end + 1, true, false)
  }
  const lastNewline = length > at ? bytes.subarray(at, length).lastIndexOf(newline) : -1
  const wholeEnd = lastNewline === -1 ? at : at + lastNewline + 1
  while (at < wholeEnd) {
    const to = partEnd(bytes, at, wholeEnd, options.partBytes)
    parts.push({
      from: at,
      to,
      lineCount: countNewlines(block, at, to),
      piece: false,
      continues: false,
      open: false,
    })
    at = to
  }
  const restBytes = length - at
  const open = restBytes >= options.pieceBytes && !options.final
  if (open || (options.final && restBytes > 0)) piece(length, false, open)
  return { parts, consumed: at, open }
}

function partEnd(bytes: Buffer, from: number, to: number, partBytes: number): number {
  if (to - from <= partBytes) return to
  const last = bytes.subarray(from, from + partBytes).lastIndexOf(newline)
  if (last !== -1) return from + last + 1
  return indexOfNewline(bytes, from + partBytes, to) + 1
}

function indexOfNewline(bytes: Buffer, from: number, to: number): number {
  const found = bytes.subarray(from, to).indexOf(newline)
  return found === -1 ? -1 : from + found
}
