import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainSpec } from './fixtures/setup.ts'
import { decodeHeader, decodeRecord, encodeHeader, encodeRecord, headerLength, recordBytes } from './record.ts'

const record = fc.record({
  flags: fc.nat(31),
  offset: fc.maxSafeNat(),
  length: fc.nat(2 ** 31 - 1),
  firstSeq: fc.maxSafeNat(),
  lineCount: fc.nat(1 << 20),
  timeMs: fc.maxSafeNat(),
  order: fc.maxSafeNat(),
  spoolOffset: fc.maxSafeNat(),
  runId: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex')),
})

describe('index records', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(record, (each) => {
        const bytes = Buffer.alloc(recordBytes)
        encodeRecord(each, bytes, 0)
        expect(decodeRecord(bytes, 0)).toEqual(each)
      }),
    )
  })

  it('are refused when a bit has changed', () => {
    fc.assert(
      fc.property(record, fc.nat(recordBytes * 8 - 1), (each, bit) => {
        const bytes = Buffer.alloc(recordBytes)
        encodeRecord(each, bytes, 0)
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
        expect(decodeRecord(bytes, 0)).toBeUndefined()
      }),
    )
  })
})

describe('index headers', () => {
  const header = { instance: 'wéb#0', service: 'wéb', spec: plainSpec, firstSeq: 1, order: 2.5, stateCount: 0 }

  it('come back as they were written', () => {
    const bytes = encodeHeader(header)
    expect(bytes.length % recordBytes).toBe(0)
    expect(headerLength(bytes.subarray(0, 16))).toBe(bytes.length)
    expect(decodeHeader(bytes)).toEqual(header)
  })

  it('are refused when damaged or of something else', () => {
    const bytes = encodeHeader(header)
    bytes[40] = 0
    expect(decodeHeader(bytes)).toBeUndefined()
    expect(headerLength(Buffer.from('something else!!'))).toBeUndefined()
    expect(headerLength(Buffer.alloc(3))).toBeUndefined()
  })
})
