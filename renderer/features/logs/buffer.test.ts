import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../../contract/index.ts'
import { append, emptyBuffer, type LogBuffer, prepend } from './buffer.ts'

const line = (service: string, seq: number): LogLine => ({
  service,
  seq,
  time: '2026-01-01T00:00:00Z',
  stream: 'stdout',
  level: 'info',
  text: '',
})
const shown = ({ lines }: LogBuffer): string[] => lines.map(({ service, seq }) => `${service}${seq}`)

describe('a buffer of lines', () => {
  const buffer = append(emptyBuffer, [line('a', 5), line('b', 1), line('a', 6)])

  it('takes no line twice when a stream begins anew', () => {
    expect(shown(append(buffer, [line('a', 6), line('b', 1), line('b', 2)]))).toEqual(['a5', 'b1', 'a6', 'b2'])
  })

  it('stays what it is when nothing is new', () => {
    expect(append(buffer, [line('a', 6)])).toBe(buffer)
  })

  it('drops the oldest beyond its bound', () => {
    expect(shown(append(buffer, [line('b', 2)], 2))).toEqual(['a6', 'b2'])
  })

  it('takes what was dropped again from the other end', () => {
    const short = append(buffer, [line('b', 2)], 2)
    expect(shown(prepend(short, [line('a', 4), line('a', 5), line('b', 1), line('a', 6)]))).toEqual([
      'a4',
      'a5',
      'b1',
      'a6',
      'b2',
    ])
  })
})
