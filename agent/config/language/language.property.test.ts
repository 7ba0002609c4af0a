import fc from 'fast-check'
import { expect, test } from 'vitest'
import { corpus, mutated } from '../fixtures/corpus.ts'
import { applyEdits, editorWith } from '../fixtures/editor.ts'
import { loadTexts } from '../fixtures/load.ts'
import { Source } from '../syntax/source.ts'
import { cursorAt } from './cursor.ts'

/** More runs from outside: `HXE_RUNS=100000 npx vitest run agent/config/language`. */
const runs = Number(process.env.HXE_RUNS ?? 300)

test('any cursor in any text is answered, with ranges that lie in the text', async () => {
  await fc.assert(
    fc.asyncProperty(mutated, fc.nat(), async (text, where) => {
      const source = new Source('a.hcl', text)
      const offset = where % (source.text.length + 1)
      const at = { file: 'a.hcl', ...source.position(offset) }
      const { service, unsaved } = editorWith({ 'a.hcl': text.replaceAll('|', ' ') })
      const query = { unsaved, at }
      const { range } = await service.complete(query)
      const hover = await service.hover(query)
      for (const found of [
        range,
        hover?.range,
        ...(await service.definition(query)),
        ...(await service.references(query)),
      ]) {
        if (found === null || found === undefined) continue
        expect(found.line).toBeGreaterThanOrEqual(1)
        expect(found.endLine).toBeLessThanOrEqual(source.lineCount)
        expect(found.column).toBeGreaterThanOrEqual(1)
        expect([...source.line(found.endLine)].length + 1).toBeGreaterThanOrEqual(found.endColumn)
      }
      await service.symbols(unsaved)
    }),
    { numRuns: runs },
  )
}, 600_000)

test('the cursor is in the block that it stands in, wherever a whole file is cut off', () => {
  for (const text of corpus) {
    for (let offset = 0; offset <= Math.min(text.length, 2000); offset += 7) {
      const { frames } = cursorAt(text.slice(0, offset), offset)
      const whole = cursorAt(text, offset)
      expect(frames.map(({ type }) => type)).toEqual(whole.frames.map(({ type }) => type))
    }
  }
})

test('a renamed name comes to the same configuration but for the name', async () => {
  const part = fc.constantFrom('a', 'b', 'c', 'web', 'db')
  const files = fc.record({
    services: fc.uniqueArray(part, { minLength: 1 }),
    edges: fc.array(fc.tuple(part, part)),
    pick: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(files, async ({ services, edges, pick }) => {
      const body = services.map((name, at) => {
        const before = services.slice(0, at)
        const needs = edges.flatMap(([from, to]) => (from === name && before.includes(to) ? [JSON.stringify(to)] : []))
        return `service "${name}" { # ${name}\n  command = "run ${name}"\n  depends_on = [${[...new Set(needs)].join(', ')}]\n}\n`
      })
      const text = `${body.join('')}app "x" {\n  services = [${services.map((name) => `"${name}"`).join(', ')}]\n}\n`
      const name = services[pick % services.length] ?? 'a'
      const { service, unsaved } = editorWith({ 'a.hcl': text })
      const at = { file: 'a.hcl', ...new Source('a.hcl', text).position(text.indexOf(`"${name}"`) + 1) }
      const { edits, refused } = await service.rename({ unsaved, at, to: 'other' })
      expect(refused).toBeUndefined()
      const before = (await loadTexts(unsaved)).configuration
      const after = (await loadTexts(applyEdits(unsaved, edits))).configuration
      const changed = (one: string): string => (one === name ? 'other' : one)
      expect([...(after?.services.keys() ?? [])]).toEqual([...(before?.services.keys() ?? [])].map(changed))
      for (const spec of before?.services.values() ?? []) {
        const now = after?.services.get(changed(spec.name))
        expect(now?.command.argv).toMatchObject(spec.command.argv.map(({ parts }) => ({ parts })))
        expect(now?.dependsOn.map((needed) => needed.service)).toEqual(
          spec.dependsOn.map((needed) => changed(needed.service)),
        )
      }
    }),
    { numRuns: Math.min(runs, 300) },
  )
}, 600_000)
