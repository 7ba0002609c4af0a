import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventParser, type ServerEvent } from './sse.ts'

const parse = (text: string): ServerEvent[] => new EventParser().push(new TextEncoder().encode(text))

describe('server-sent events', () => {
  it('have a name, data and an id', () => {
    expect(parse('event: message\nid: 7\ndata: {"a":1}\n\n')).toEqual([{ event: 'message', data: '{"a":1}', id: '7' }])
  })

  it('are called message when they are not named, and keep the last id', () => {
    expect(parse('id: 7\ndata: a\n\ndata: b\n\n')).toEqual([
      { event: 'message', data: 'a', id: '7' },
      { event: 'message', data: 'b', id: '7' },
    ])
  })

  it('join data of several lines', () => {
    expect(parse('data: a\ndata:b\ndata\n\n')).toEqual([{ event: 'message', data: 'a\nb\n', id: '' }])
  })

  it('pass over comments, unknown fields, and events without data', () => {
    expect(parse(':\n\n: ping\nretry: 3\nevent: empty\n\ndata: x\n\n')).toEqual([
      { event: 'message', data: 'x', id: '' },
    ])
  })

  it('ignore an id with a null', () => {
    expect(parse('id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n').map(({ id }) => id)).toEqual(['1', '1'])
  })

  it('are not there before their blank line', () => {
    expect(parse('data: cut off\n')).toEqual([])
  })

  it('begin after a byte order mark', () => {
    expect(parse('\ufeffdata: a\n\n')).toHaveLength(1)
  })

  it('come out the same however the bytes are cut and the lines are ended', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''))
    const event = fc.record({
      event: fc.constantFrom('message', 'done'),
      id: line.filter((text) => !text.includes('\0')),
      data: fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
    })
    const cuts = fc.array(fc.nat({ max: 20 }), { minLength: 1 })
    fc.assert(
      fc.property(fc.array(event), fc.constantFrom('\n', '\r', '\r\n'), cuts, (events, end, sizes) => {
        const text = events
          .map((one) =>
            [
              `event: ${one.event}`,
              `id: ${one.id}`,
              ...one.data.split('\n').map((part) => `data: ${part}`),
              '',
              '',
            ].join(end),
          )
          .join('')
        const bytes = new TextEncoder().encode(text)
        const parser = new EventParser()
        const seen: ServerEvent[] = []
        for (let at = 0, cut = 0; at < bytes.length; cut++) {
          const size = 1 + (sizes[cut % sizes.length] ?? 0)
          seen.push(...parser.push(bytes.subarray(at, at + size)))
          at += size
        }
        expect(seen).toEqual(events.map((one) => ({ ...one })))
      }),
      { numRuns: 500 },
    )
  })
})
