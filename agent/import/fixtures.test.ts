import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfiguration } from '../config/index.ts'
import { findCandidates } from './find.ts'
import { previewImport } from './preview.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const expected = new Set(['expected.hcl', 'expected.notes'])

/** Real paths differ from machine to machine; the goldens have `/project`. */
function read(name: string, docker = false) {
  const folder = join(fixtures, name)
  const found = findCandidates(folder)
  const files = found.candidates.map(({ file }) => ({ file }))
  const preview = previewImport({ folder, files, taken: [], ...(docker ? { docker } : {}) })
  const shown = (text: string): string => text.replaceAll(folder, '/project')
  const notes = preview.notes.map(
    ({ file, line, what, why, suggestion }) =>
      `${file}${line === undefined ? '' : `:${line}`}: ${what}: ${why}${suggestion ? ` ${suggestion}` : ''}\n`,
  )
  return { preview, hcl: shown(preview.hcl), notes: shown(notes.join('')) }
}

describe('projects as people have them', () => {
  for (const name of readdirSync(fixtures)) {
    it(`are imported as expected: ${name}`, async () => {
      const { hcl, notes } = read(name)
      await expect(hcl).toMatchFileSnapshot(join(fixtures, name, 'expected.hcl'))
      await expect(notes).toMatchFileSnapshot(join(fixtures, name, 'expected.notes'))
    })

    it(`give HCL that loads without an error: ${name}`, async () => {
      for (const docker of [false, true]) {
        const { preview } = read(name, docker)
        const place = mkdtempSync(join(tmpdir(), 'hxe-import-'))
        writeFileSync(join(place, 'import.hcl'), preview.hcl)
        const { diagnostics, configuration } = await loadConfiguration({ paths: [join(place, 'import.hcl')], env: {} })
        rmSync(place, { recursive: true })
        expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
        expect([...(configuration?.services.keys() ?? [])].sort()).toEqual(
          preview.services.map((service) => service.name).sort(),
        )
      }
    })
  }

  it('are at least 22, and none but its expected files is left out', () => {
    const names = readdirSync(fixtures)
    expect(names.length).toBeGreaterThanOrEqual(22)
    for (const name of names) {
      expect(readdirSync(join(fixtures, name)).some((file) => !expected.has(file))).toBe(true)
    }
  })

  it('start an image with docker when it is asked for by its name', () => {
    const folder = join(fixtures, 'docker-images')
    const { candidates } = findCandidates(folder)
    expect(candidates).toEqual([{ file: 'compose.yaml', kind: 'compose', services: [], others: ['cache', 'queue'] }])
    const { services } = previewImport({ folder, files: [{ file: 'compose.yaml', services: ['cache'] }], taken: [] })
    expect(services.map(({ name, command }) => [name, command.startsWith('docker run')])).toEqual([['cache', true]])
  })
})
