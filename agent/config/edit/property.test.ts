import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { describeConfig } from '../describe.ts'
import { loadTexts } from '../fixtures/load.ts'
import { readFile } from '../syntax/body.ts'
import { warmUp } from '../syntax/judge.ts'
import { Source } from '../syntax/source.ts'
import { attributeOf, blocksOf, topBlocks } from './find.ts'
import { change, file } from './fixtures/generate.ts'
import { tryEdit } from './fixtures/try.ts'
import { afterLine, lineStart } from './layout.ts'

/** More runs from outside: `HXE_RUNS=100000 npx vitest run agent/config/edit/property.test.ts`. */
const runs = Number(process.env.HXE_RUNS ?? 1000)
/** What is loaded whole, HashiCorp's parser included, is asked of fewer. */
const loads = Number(process.env.HXE_RUNS ?? 60)

// HashiCorp's parser is started by the first who asks, which takes long on a machine that is busy.
beforeAll(() => warmUp(), 120_000)

/** The lines of a text but those of one attribute or block of "web", and but empty ones. */
function linesBesides(text: string, name: string): string[] {
  const source = new Source('', text)
  const web = topBlocks(readFile(source).body).find(
    ({ type, labels }) => type === 'service' && labels[0]?.text === 'web',
  )
  const items = web === undefined ? [] : [attributeOf(web.body, name), ...blocksOf(web.body, name)]
  const rest = items
    .filter((item) => item !== undefined)
    .toSorted((a, b) => b.start - a.start)
    .reduce(
      (left, { start, end }) => left.slice(0, lineStart(left, start)) + left.slice(afterLine(left, end)),
      source.text,
    )
  return rest.split(/(?<=\n)/).filter((line) => line.trim() !== '')
}

test('a change touches its own lines alone, stays HCL, and asked again changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(file, change, fc.boolean(), async (text, { path, value }, override) => {
      const request = { kind: 'change', changes: [{ path, value }], override } as const
      const { files, refusals } = await tryEdit({ 'a.hcl': text }, request)
      expect(refusals.length === 0 || files.length === 0).toBe(true)
      if (override) expect(refusals.filter(({ choices }) => choices.includes('override'))).toEqual([])
      const after = files[0]?.after ?? text
      expect(linesBesides(after, path[0] ?? '')).toEqual(linesBesides(text, path[0] ?? ''))
      expect(readFile(new Source('', after)).gaps).toEqual([])
      if (refusals.length === 0) expect((await tryEdit({ 'a.hcl': after }, request)).files).toEqual([])
    }),
    { numRuns: runs },
  )
}, 3_600_000)

/** What every value comes to, in order, without where it stands. */
async function valuesOf(text: string): Promise<Map<string, unknown>> {
  const { configuration, diagnostics } = await loadTexts({ 'a.hcl': text })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  if (configuration === undefined) return new Map()
  const names = [...configuration.services.keys()]
  return new Map(names.flatMap((name) => describeConfig(configuration, name).map(({ path, value }) => [path, value])))
}

test('a changed value is worth what was asked for, and every other what it was', async () => {
  await fc.assert(
    fc.asyncProperty(file, change, async (text, { path, value }) => {
      const request = { kind: 'change', changes: [{ path, value }], override: true } as const
      const { files, refusals } = await tryEdit({ 'a.hcl': text }, request)
      if (refusals.length > 0) return
      const before = await valuesOf(text)
      const after = await valuesOf(files[0]?.after ?? text)
      const own = `services.web.${path.join('.')}`
      const others = (values: Map<string, unknown>) => [...values].filter(([name]) => !name.startsWith(own)).sort()
      expect(others(after)).toEqual(others(before))
      if (value === null || Array.isArray(value) || typeof value !== 'object') {
        if (value !== null) expect(after.get(own)).toEqual(value)
        return
      }
      for (const [key, item] of Object.entries(value)) expect(after.get(`${own}.${key}`)).toEqual(item ?? undefined)
    }),
    { numRuns: loads },
  )
}, 3_600_000)
