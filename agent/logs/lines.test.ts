import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocateBlock, type Block, countNewlines, type Part, splitLines } from './lines.ts'

const blockBytes = 64

function blockOf(bytes: Uint8Array): Block {
  const block = allocateBlock(blockBytes)
  block.bytes.set(bytes.subarray(0, blockBytes))
  return block
}

/** Bytes with many newlines, as chunks in which a spool may be found at each look. */
const chunks = fc.array(
  fc.uint8Array({ maxLength: 90 }).map((bytes) => bytes.map((byte) => (byte % 5 === 0 ? 10 : byte))),
  { maxLength: 8 },
)

/** Reads a growing spool as a tail does; answers what became of its bytes. */
function moveAll(
  written: readonly Uint8Array[],
  partBytes: number,
  pieceBytes: number,
): { text: Buffer; part: Part }[] {
  const spool = Buffer.concat(written)
  const moved: { text: Buffer; part: Part }[] = []
  let offset = 0
  let open = false
  const look = (size: number, final: boolean): void => {
    for (;;) {
      const bytes = spool.subarray(offset, Math.min(size, offset + blockBytes))
      const atEnd = bytes.length < blockBytes
      const split = splitLines(blockOf(bytes), bytes.length, { open, final: final && atEnd, partBytes, pieceBytes })
      for (const part of split.parts) moved.push({ text: Buffer.from(bytes.subarray(part.from, part.to)), part })
      offset += split.consumed
      open = split.open
      if (atEnd || split.parts.length === 0) return
    }
  }
  let size = 0
  for (const chunk of written) {
    size += chunk.length
    look(size, false)
  }
  look(size, true)
  return moved
}

describe('splitLines', () => {
  it('moves every byte once and in order, whatever was written in whatever chunks', () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 4, max: 40 }), (written, partBytes) => {
        const moved = moveAll(written, partBytes, 16)
        expect(Buffer.concat(moved.map(({ text }) => text))).toEqual(Buffer.concat(written))
      }),
    )
  })

  it('counts each line where it begins', () => {
    fc.assert(
      fc.property(chunks, (written) => {
        const text = Buffer.concat(written).toString('latin1')
        const lines = text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
        const counted = moveAll(written, 20, 16).reduce((sum, { part }) => sum + part.lineCount, 0)
        expect(counted).toBe(lines)
      }),
    )
  })

  it('ends every part at the end of a line, pieces of long lines apart', () => {
    fc.assert(
      fc.property(chunks, (written) => {
        for (const { text, part } of moveAll(written, 20, 16)) {
          if (!part.piece) expect(text.at(-1)).toBe(10)
          if (part.open) expect(text.includes(10)).toBe(false)
        }
      }),
    )
  })

  it('leaves a short line without its end where it is', () => {
    const split = splitLines(blockOf(Buffer.from('whole\nhalf')), 10, options({}))
    expect(split).toMatchObject({ consumed: 6, open: false, parts: [{ from: 0, to: 6, lineCount: 1 }] })
  })

  it('moves a long line in pieces that know of each other', () => {
    const first = splitLines(blockOf(Buffer.alloc(40, 'x')), 40, options({}))
    expect(first.parts).toEqual([{ from: 0, to: 40, lineCount: 1, piece: true, continues: false, open: true }])
    const second = splitLines(blockOf(Buffer.from('xx\nnext\n')), 8, options({ open: true }))
    expect(second.parts.map(({ to, lineCount, continues, open }) => ({ to, lineCount, continues, open }))).toEqual([
      { to: 3, lineCount: 0, continues: true, open: false },
      { to: 8, lineCount: 1, continues: false, open: false },
    ])
  })

  it('takes the rest as a line when its writers are gone', () => {
    const split = splitLines(blockOf(Buffer.from('half')), 4, options({ final: true }))
    expect(split.parts).toEqual([{ from: 0, to: 4, lineCount: 1, piece: true, continues: false, open: false }])
  })
})

const options = (some: { open?: boolean; final?: boolean }) => ({
  open: false,
  final: false,
  partBytes: 32,
  pieceBytes: 16,
  ...some,
})

describe('countNewlines', () => {
  it('counts what a loop over the bytes counts, at any alignment', () => {
    const bytes = fc.uint8Array({ minLength: 64, maxLength: 64 }).map((all) => all.map((b) => (b % 3 ? b : 10)))
    fc.assert(
      fc.property(bytes, fc.nat(64), fc.nat(64), (all, a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a]
        expect(countNewlines(blockOf(all), from, to)).toBe(all.subarray(from, to).filter((byte) => byte === 10).length)
      }),
    )
  })

  it('counts a mebibyte of nothing else', () => {
    const block = allocateBlock(1 << 20)
    block.bytes.fill(10)
    expect(countNewlines(block, 0, 1 << 20)).toBe(1 << 20)
  })
})
