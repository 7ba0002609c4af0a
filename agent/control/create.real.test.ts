import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Caller } from '../caller.ts'
import { Place, service } from './fixtures/place.ts'

const person: Caller = { author: 'anna', role: 'editor' }
let place: Place
afterEach(() => place.close())

describe('a new service', () => {
  it('is written at the end of the file, all before it the same, and runs', async () => {
    const before = `# mine\n${service('web', 'sleep 1000')}# the end, without a newline`
    place = await Place.open(before)
    const { pid } = await place.running('web')
    const input = {
      name: 'job',
      command: 'sleep',
      args: ['1000'],
      environment: { GREETING: '${x} "hi"' },
      restart: { policy: 'always' },
    }
    await place.core.createService(input, person)
    await place.running('job')
    const text = readFileSync(place.file, 'utf8')
    expect(text.startsWith(before)).toBe(true)
    expect(text).toContain('GREETING = "$${x} \\"hi\\""')
    expect(place.service('web').pid).toBe(pid)
    const [newest, first] = await place.core.config.history({ limit: 2 })
    expect(newest).toMatchObject({ kind: 'apply', author: 'anna', text: 'Service job added' })
    expect(newest?.revision).toBe((first?.revision ?? 0) + 1)
  })

  it('is not written where what the file said before cannot be kept', async () => {
    place = await Place.open(service('web', 'sleep 1000'))
    const before = readFileSync(place.file, 'utf8')
    mkdirSync(join(place.dataDir, 'apply.json'))
    const created = place.core.createService({ name: 'job', command: 'sleep 1' }, person)
    await expect(created).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(readFileSync(place.file, 'utf8')).toBe(before)
    expect(place.core.listServices().map(({ name }) => name)).toEqual(['web'])
  })

  it('changes nothing when its name is taken, it is unknown to HCL, or the configuration would be invalid', async () => {
    place = await Place.open(service('web', 'sleep 1000'))
    const before = readFileSync(place.file, 'utf8')
    const create = (input: object) => place.core.createService({ name: 'job', command: 'sleep 1', ...input }, person)
    await expect(create({ name: 'web' })).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(create({ comand: 'sleep 1' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(create({ depends_on: ['nobody'] })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(create({ file: '../x.hcl' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(readFileSync(place.file, 'utf8')).toBe(before)
  })

  it('is judged before it is written, each mistake at its attribute', async () => {
    place = await Place.open(service('web', 'sleep 1000'))
    const draft = await place.core.draftService({ name: 'web', command: 'sleep "1', ports: [99_999] })
    expect(draft.errors.map(({ attribute }) => attribute)).toEqual(expect.arrayContaining(['name', 'command', 'ports']))
    expect(draft.hcl).toContain('service "web" {')
  })
})

describe('an import', () => {
  it('is found, shown, written and run; the same names a second time are refused', async () => {
    place = await Place.open(service('web', 'sleep 1000'))
    const folder = mkdtempSync(join(tmpdir(), 'hxe-project-'))
    mkdirSync(join(folder, 'app'))
    writeFileSync(join(folder, 'app', 'Procfile'), 'web: sleep 1000\nmail: sleep 2000\n')
    const { candidates } = await place.core.import.find(folder)
    expect(candidates).toMatchObject([{ file: 'app/Procfile', kind: 'procfile', services: ['web', 'mail'] }])
    const preview = await place.core.import.preview({ folder, files: candidates.map(({ file }) => ({ file })) })
    expect(preview.services.map(({ name }) => name)).toEqual(['web-2', 'mail'])
    const written = await place.core.import.write(preview.suggestedFile, preview.hcl, person)
    expect(written.services).toEqual(['web-2', 'mail'])
    await place.running('mail')
    await expect(place.core.import.write('again.hcl', preview.hcl, person)).rejects.toMatchObject({ code: 'CONFLICT' })
    rmSync(folder, { recursive: true })
  })

  it('says what is wrong with a folder', async () => {
    place = await Place.open(service('web', 'sleep 1000'))
    await expect(place.core.import.find('/nowhere/at/all')).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})
