import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonRefusal, maxDepth, parseJson } from './json.ts'

const refusedNames = ['__proto__', 'constructor', 'prototype']
const dictionary = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(
      fc.string().filter((key) => !refusedNames.includes(key)),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
})).value

describe('reading JSON', () => {
  test('gives what JSON.parse gives for every value without doubled or refused names', () => {
    fc.assert(
      fc.property(dictionary, fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  test('refuses exactly the texts that JSON.parse refuses, and nothing else than with a JsonRefusal', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((text) => text.slice(0, -1)),
        ),
        (text) => {
          let parsed: unknown
          try {
            parsed = JSON.parse(text)
          } catch {
            expect(() => parseJson(text)).toThrow(JsonRefusal)
            return
          }
          expect(parseJson(text)).toEqual(parsed)
        },
      ),
    )
  })

  test('sees a name that is there twice wherever it is, however it is spelt', () => {
    for (const text of [
      '{"a":1,"b":{"c":[{"d":1,"d":2}]}}',
      '{"a":1,"\\u0061":2}',
      '[{},{"":1,"":2}]',
      '{"a":{"a":1},"a":1}',
    ]) {
      expect(() => parseJson(text)).toThrow(/is there twice \(line 1/)
    }
    for (const text of [
      '{"a":{"a":{"a":1}}}',
      '[{"a":1},{"a":1}]',
      '{"a":"a","b":"a"}',
      '["a","a"]',
      '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    ]) {
      expect(parseJson(text)).toEqual(JSON.parse(text))
    }
  })

  test('says where: path, line and column', () => {
    const refusal = ((): unknown => {
      try {
        return parseJson('{\n  "files": {\n    "größe": {"__proto__": 1}\n  }\n}')
      } catch (error) {
        return error
      }
    })()
    expect(refusal).toMatchObject({ path: 'files.größe.__proto__', position: { line: 3, column: 15 } })
  })

  test('goes to its depth and no further', () => {
    expect(parseJson('['.repeat(maxDepth) + ']'.repeat(maxDepth))).toBeDefined()
    expect(() => parseJson('['.repeat(maxDepth + 1))).toThrow(/nested deeper than 64/)
  })
})
