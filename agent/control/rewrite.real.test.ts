import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { Caller } from '../caller.ts'
import { Place, service } from './fixtures/place.ts'

const person: Caller = { author: 'anna', role: 'editor' }
let place: Place
afterEach(() => place.close())
const text = (): string => readFileSync(place.file, 'utf8')

const before = `# mine
variable "seconds" {
  default = 1000
}

${service('web', 'sleep 1000', '# how it is stopped', 'stop { timeout = "2s" } # quick')}
${service('job', 'sleep 2000', 'depends_on = ["web"] # first')}# the end, without a newline`

describe('a change of a service', () => {
  it('is written in its place, taken over, and in the history with its author', async () => {
    place = await Place.open(before)
    const { pid } = await place.running('job')
    await place.running('web')
    const revision = place.core.config.status().revision
    const input = { name: 'web', stop: { timeout: '3s' }, tags: ['front'], revision }
    const { change, tags } = await place.core.changeService(input, person)
    expect(text()).toBe(before.replace('"2s"', '"3s"').replace('sleep 1000"\n', 'sleep 1000"\n  tags    = ["front"]\n'))
    expect(tags).toEqual(['front'])
    expect(change).toMatchObject({
      written: true,
      revision: revision + 1,
      actions: [{ service: 'web', action: 'update' }],
    })
    expect(place.service('job').pid).toBe(pid)
    const [newest] = await place.core.config.history({ limit: 1 })
    expect(newest).toMatchObject({ kind: 'apply', author: 'anna', text: 'Service web changed' })
  })

  it('is only shown as a dry run, with what it would do', async () => {
    place = await Place.open(before)
    await place.running('web')
    const input = { name: 'web', command: 'sleep 3000', dryRun: true }
    const { change } = await place.core.changeService(input, person)
    expect(change).toMatchObject({ written: false, actions: [{ service: 'web', action: 'restart' }] })
    expect(change.files).toEqual([{ file: 'main.hcl', before, after: before.replace('sleep 1000', 'sleep 3000') }])
    expect(text()).toBe(before)
  })

  it('changes nothing for another revision, a name that is none, a value that is wrong or not plain', async () => {
    place = await Place.open(before.replace('"sleep 1000"', '"sleep ${var.seconds}"'))
    const written = text()
    const change = (input: object) => place.core.changeService({ name: 'web', ...input }, person)
    await expect(change({ nice: 1, revision: 99 })).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(change({ nice: 1, revision: 99, dryRun: true })).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(change({ comand: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(change({ nice: 99 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(change({ command: 'sleep 5' })).rejects.toMatchObject({
      code: 'NOT_PLAIN',
      data: { refusals: [{ path: 'command', reason: 'expression', choices: ['override', 'edit-there'] }] },
    })
    expect(text()).toBe(written)
    await change({ command: 'sleep 5000', override: true })
    expect(text()).toBe(before.replace('sleep 1000', 'sleep 5000'))
  })

  it('takes away what a replacement does not say again', async () => {
    place = await Place.open(before)
    await place.core.replaceService({ name: 'web', command: 'sleep 1000', nice: 1 }, person)
    expect(text()).toContain('service "web" {\n  command = "sleep 1000"\n  nice    = 1\n  # how it is stopped\n}\n')
  })
})

describe('a removal', () => {
  it('says who names the service, and with release lets go of it there', async () => {
    place = await Place.open(before)
    await place.running('job')
    await expect(place.core.removeService({ name: 'web' }, person)).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { reason: 'dependents', dependents: ['service "job"'] },
    })
    expect(text()).toBe(before)
    const { dependents } = await place.core.removeService({ name: 'web', release: true }, person)
    expect(dependents).toEqual(['service "job"'])
    expect(text()).toContain('depends_on = [] # first')
    expect(text()).not.toContain('"web"')
    await place.eventually(() => place.core.listServices().every(({ name }) => name !== 'web'))
  })
})

describe('a form', () => {
  it('has each field with its value and place, and makes text of what is changed in it', async () => {
    place = await Place.open(before)
    const form = await place.core.form({ name: 'web', unsaved: {} })
    const command = form.fields.find(({ path }) => path.join('.') === 'command')
    expect(command).toMatchObject({ value: 'sleep 1000', source: 'literal', file: 'main.hcl', line: 7, kind: 'text' })
    const unsaved = { 'main.hcl': before.replace('sleep 1000', 'sleep 1') }
    const changes = [{ path: ['stop', 'timeout'], value: '9s' }]
    const edited = await place.core.editForm({ name: 'web', unsaved, changes })
    expect(edited.texts).toEqual({ 'main.hcl': unsaved['main.hcl'].replace('"2s"', '"9s"') })
    expect(edited.form?.fields.find(({ path }) => path.join('.') === 'stop.timeout')?.value).toBe('9s')
    expect(text()).toBe(before)
  })
})
