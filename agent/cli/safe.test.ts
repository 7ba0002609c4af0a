import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeJson, safeLine, safeText } from './safe.ts'

const esc = '\x1b'

describe('a line for a terminal', () => {
  it.each([
    ['plain text', 'GET / 200', 'GET / 200'],
    ['letters of any script', 'größe 测试 שלום 🎉', 'größe 测试 שלום 🎉'],
    ['a tab', 'a\tb', 'a\tb'],
    ['a colour', `${esc}[32mok${esc}[0m`, 'ok'],
    ['a title', `${esc}]0;owned\x07text`, 'text'],
    ['a clipboard write ended by ST', `a${esc}]52;c;ZXZpbA==${esc}\\b`, 'ab'],
    ['a link', `${esc}]8;;javascript:alert(1)${esc}\\click${esc}]8;;${esc}\\`, 'click'],
    ['a clipboard write that does not end', `a${esc}]52;c;ZXZpbA==`, 'a'],
    ['cursor movement and clearing', `a${esc}[2J${esc}[1;1Hb${esc}[?1049h`, 'ab'],
    ['a device string', `a${esc}P1;2|payload${esc}\\b`, 'ab'],
    ['sequences in one C1 character', 'a\x9b2Jb\x9d0;t\x07c', 'abc'],
    ['a reset of the terminal', `a${esc}cb`, 'ab'],
    ['a character set switch', `a${esc}(0b`, 'ab'],
    ['a carriage return', '10%\r20%', '10%␍20%'],
    ['a bell, a null and DEL', 'a\x07b\x00c\x7f', 'a␇b␀c␡'],
    ['a lone C1 control', 'a\x85b', 'a\ufffdb'],
    ['turned directions', 'a\u202egpj.exe\u202c', 'agpj.exe'],
    ['an escape at the end', `a${esc}`, 'a␛'],
  ])('is inert with %s', (_, text, shown) => {
    expect(safeLine(text)).toBe(shown)
  })

  it.each([
    ['keeps a colour and ends it', `${esc}[1;31mred`, `${esc}[1;31mred${esc}[0m`],
    ['keeps 24-bit colours', `${esc}[38:2::1:2:3mx${esc}[0m`, `${esc}[38:2::1:2:3mx${esc}[0m${esc}[0m`],
    ['writes a C1 colour as ESC', '\x9b31mred', `${esc}[31mred${esc}[0m`],
    ['drops a title beside a colour', `${esc}]0;t\x07${esc}[31mred`, `${esc}[31mred${esc}[0m`],
    ['drops what only looks like a colour', `${esc}[>4;2mx${esc}[31!m`, 'x'],
  ])('with colours kept %s', (_, text, shown) => {
    expect(safeLine(text, true)).toBe(shown)
  })

  it('holds nothing but colours that a terminal obeys, whatever comes', () => {
    const hostile = fc
      .array(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom(esc, `${esc}[`, `${esc}]`, '\x9b', '\x9d', '\x07', 'm', ';', '52'),
        ),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(hostile, fc.boolean(), (text, keepColours) => {
        const shown = safeLine(text, keepColours)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
        const rest = keepColours ? shown.replace(/\x1b\[[0-9;:]*m/g, '') : shown
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
        return !/[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(rest)
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps the lines of a text apart', () => {
    expect(safeText(`one${esc}[2J\ntwo`)).toBe('one\ntwo')
  })
})

describe('JSON for a terminal', () => {
  it('escapes the controls that JSON leaves as they are', () => {
    expect(safeJson('a\x9b2J\x7f')).toBe('"a\\u009b2J\\u007f"')
  })

  it('means the same as before', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => JSON.stringify(JSON.parse(safeJson(value))) === JSON.stringify(value)),
    )
  })
})
