import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAnsi, stripAnsi } from './ansi.ts'

describe('parseAnsi', () => {
  it('leaves plain text as one span', () => {
    expect(parseAnsi('GET /\t200')).toEqual([{ text: 'GET /\t200' }])
  })

  it('keeps colours and styles until they are reset', () => {
    expect(parseAnsi('\x1b[1;31mError\x1b[0m: no')).toEqual([
      { text: 'Error', colour: 'red', bold: true },
      { text: ': no' },
    ])
  })

  it.each([
    ['\x1b[92mx', { colour: 'green' }],
    ['\x1b[44mx', { background: 'blue' }],
    ['\x1b[38;5;196mx', { colour: 'red' }],
    ['\x1b[38;5;244mx', { colour: 'white' }],
    ['\x1b[38;2;0;200;200mx', { colour: 'cyan' }],
    ['\x1b[38:2:250:0:250mx', { colour: 'magenta' }],
    ['\x1b[7;33mx', { colour: 'black', background: 'yellow' }],
    ['\x1b[31;39mx', {}],
    ['\x1b[mx', {}],
  ])('reads %j', (text, style) => {
    expect(parseAnsi(text)).toEqual([{ text: 'x', ...style }])
  })

  it.each([
    ['a cursor movement', 'a\x1b[2Kb'],
    ['a title', 'a\x1b]0;title\x07b'],
    ['a link', 'a\x1b]8;;javascript:alert(1)\x1b\\b'],
    ['a clipboard write', 'a\x1b]52;c;aGk=\x07b'],
    ['a device string', 'a\x1bPq#0\x1b\\b'],
    ['a bell and a carriage return', 'a\x07\rb'],
    ['an 8-bit CSI', 'a\x9b31mb'],
  ])('leaves out %s', (_, text) => {
    expect(stripAnsi(text)).toBe('ab')
  })

  it('leaves out a sequence that was cut', () => {
    expect(stripAnsi('a\x1b]0;title')).toBe('a')
    expect(stripAnsi('a\x1b')).toBe('a')
  })

  it('shows characters that would do something as their codes', () => {
    expect(parseAnsi('a\x00b\u202ec')).toEqual([
      { text: 'a' },
      { text: '\\x00', escaped: true },
      { text: 'b' },
      { text: '\\u202e', escaped: true },
      { text: 'c' },
    ])
    expect(parseAnsi('one\n\ttwo')).toEqual([{ text: 'one\n\ttwo' }])
  })

  it('takes links to web pages, and of others the text', () => {
    const link = (url: string): string => `see \x1b]8;;${url}\x1b\\here\x1b]8;;\x1b\\ now`
    expect(parseAnsi(link('https://example.com/a'))).toEqual([
      { text: 'see ' },
      { text: 'here', link: 'https://example.com/a' },
      { text: ' now' },
    ])
    for (const url of [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'hxe://service/web',
      'https://',
      'data:text/html,x',
    ]) {
      expect(parseAnsi(link(url)).some((span) => span.link !== undefined)).toBe(false)
    }
    expect(parseAnsi('\x1b]8;id=1;https://example.com/\x07\x1b[31mred\x1b[0m too')).toEqual([
      { text: 'red', colour: 'red', link: 'https://example.com/' },
      { text: ' too', link: 'https://example.com/' },
    ])
  })

  it('shows for any text what stripping leaves, and no control character', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('\x1b[31m', '\x1b[0m', '\x1b]0;', '\x07', '\x1b\\', '\x1b[38;5;'),
    )
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = parts.join('')
        const shown = parseAnsi(text)
          .filter((span) => !span.escaped)
          .map((span) => span.text)
          .join('')
        expect(shown).toBe(stripAnsi(text))
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
        expect(shown).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/)
      }),
    )
  })
})
