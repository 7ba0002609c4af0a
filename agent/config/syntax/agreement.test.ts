// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is HCL's notation, in texts of HCL
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { corpus, mutated } from '../fixtures/corpus.ts'
import { loadText } from '../fixtures/load.ts'
import { Problems } from '../problems.ts'
import { evaluate } from '../values/evaluate.ts'
import { alone } from '../values/scope.ts'
import type { Value } from '../values/value.ts'
import { readFile } from './body.ts'
import { judge } from './judge.ts'
import { withoutAccepted } from './pieces.ts'
import { Source } from './source.ts'

/** More runs from outside: `HXE_RUNS=100000 npx vitest run agent/config/agreement.test.ts`. */
const runs = Number(process.env.HXE_RUNS ?? 600)
const hcl = createRequire(import.meta.url)('@cdktf/hcl2json') as {
  parse(name: string, text: string): Promise<Record<string, unknown>>
}

test("the reader reads whatever HashiCorp's parser accepts", async () => {
  for (const text of corpus) expect(await judge(new Source('a', text))).toEqual([])
  await fc.assert(
    fc.asyncProperty(mutated, async (text) => {
      const source = new Source('a.hcl', text)
      if ((await judge(source)).length === 0) expect(readFile(source).gaps).toEqual([])
    }),
    { numRuns: runs },
  )
}, 3_600_000)

test('whatever either refuses is told at a place in the file and never loaded', async () => {
  await fc.assert(
    fc.asyncProperty(mutated, async (text) => {
      const source = new Source('a.hcl', text)
      const refusals = await judge(source)
      const { configuration, diagnostics } = await loadText(text)
      expect(configuration === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'))
      if (refusals.length > 0 || readFile(source).gaps.length > 0) {
        expect(diagnostics.some(({ code }) => code === 'syntax' || code === 'too-large')).toBe(true)
      }
      const places = refusals.map(({ start }) => source.position(start))
      const isTold = places.some((place) =>
        diagnostics.some(({ line, column }) => line === place.line && column === place.column),
      )
      if (refusals.length > 0 && !diagnostics.some(({ code }) => code === 'too-large')) expect(isTold).toBe(true)
      for (const { line, column, endLine, endColumn } of diagnostics) {
        expect(line).toBeGreaterThanOrEqual(1)
        expect(line).toBeLessThanOrEqual(source.lineCount)
        expect(column).toBeGreaterThanOrEqual(1)
        expect(column).toBeLessThanOrEqual([...source.line(line)].length + 2)
        expect(endLine > line || (endLine === line && endColumn >= column)).toBe(true)
      }
    }),
    { numRuns: runs },
  )
  expect(Object.keys(Object.prototype)).toEqual([])
}, 3_600_000)

test('judged piece by piece, a file is refused where it is refused as a whole', async () => {
  // At blocks of these names a file is cut.
  const good = fc.constantFrom('h', 'p', 'x').map((name) => `b "${name}" {\n  a = [1, 2]\n  c {\n    d = "e"\n  }\n}\n`)
  const typed = fc
    .tuple(good, fc.nat(), fc.constantFrom('"', '{', '}', '[', '=', 'x', ' y', '\n', '${', '<<E\n', '/*', '#', ','))
    .map(([text, at, word]) => text.slice(0, at % text.length) + word + text.slice(at % text.length))
  const block = fc.oneof(good, good, typed)
  const several = fc
    .oneof(fc.array(mutated, { minLength: 1, maxLength: 4 }), fc.array(block, { minLength: 3, maxLength: 9 }))
    .map((texts) => texts.join('\n'))
  await fc.assert(
    fc.asyncProperty(several, async (text) => {
      const source = new Source('a.hcl', text)
      const reading = readFile(source)
      if (reading.refused) return
      const whole = await judge(source)
      const rest = await withoutAccepted(source, { items: reading.body.items, gaps: reading.gaps })
      const left = rest === '' ? [] : await judge(new Source('a.hcl', rest))
      expect(left).toEqual(whole)
    }),
    { numRuns: runs },
  )
}, 3_600_000)

const spaces = fc.string({ unit: fc.constantFrom(' ', '\t', '\u00a0'), maxLength: 4 })
const words = fc.array(
  fc.constantFrom('x', 'é', '😀', '\\n', '$', '%', '$$', '{', '"', '\\', '$${a}', '%%{b}', '${"q"}', '${~ 1 ~}', '  '),
  { maxLength: 5 },
)
const line = fc
  .tuple(spaces, words, fc.constantFrom('\n', '\r\n'))
  .map(([indent, text, end]) => indent + text.join('') + end)
const heredoc = fc
  .tuple(fc.constantFrom('', '-'), fc.array(line, { maxLength: 5 }), spaces)
  .map(([dash, lines, indent]) => `<<${dash}EOT\n${lines.join('')}${indent}EOT`)
const quoted = fc
  .array(
    fc.constantFrom(
      'x',
      ' ',
      'é',
      '\\n',
      '\\"',
      '\\\\',
      '\\u00e9',
      '\\U0001F600',
      '\\ud800',
      '$',
      '%',
      '$$',
      '$'.concat('${'),
      '😀',
    ),
    { maxLength: 8 },
  )
  .map((parts) => `"${parts.join('')}"`)
const scalar = fc.oneof(heredoc, quoted, fc.constantFrom('-1', '1e3', '1.50', '007', '0.1', '-1.5e-3', 'true', 'null'))
const literal = fc.oneof(
  scalar,
  fc.array(fc.oneof(quoted, fc.constantFrom('1', 'false')), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
  fc
    .array(fc.tuple(fc.constantFrom('a', '"b c"', 'd-e', '5'), quoted), { maxLength: 3 })
    .map((entries) => `{ ${entries.map(([key, value]) => `${key} = ${value}`).join(', ')} }`),
)

test('literals have the values that HashiCorp gives them', async () => {
  await fc.assert(
    fc.asyncProperty(literal, async (written) => {
      const text = `a = ${written}\n`
      const source = new Source('a.hcl', text)
      if ((await judge(source)).length > 0) return
      const theirs = (await hcl.parse('a.hcl', text)).a
      // What still has sequences in it is their own notation for an expression, not its value.
      if (/[$%]\{/.test(JSON.stringify(theirs))) return
      const [item] = readFile(source).body.items
      const ours = item?.kind === 'attribute' ? evaluate(item.value, alone(source, new Problems())) : undefined
      expect(plain(ours)).toEqual(theirs)
    }),
    { numRuns: runs },
  )
}, 3_600_000)

function plain(value: Value | undefined): unknown {
  switch (value?.kind) {
    case 'text':
      return value.parts.join('')
    case 'number':
      return value.number
    case 'bool':
      return value.bool
    case 'null':
      return null
    case 'list':
      return value.items.map(plain)
    case 'map':
      return Object.fromEntries([...value.entries].map(([key, entry]) => [key, plain(entry.value)]))
    default:
      return value
  }
}
