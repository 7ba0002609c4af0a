import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeFolder, quietEnv } from './fixtures/load.ts'
import { loadConfiguration } from './load.ts'

let remove = (): void => undefined
afterEach(() => remove())

const web = 'service "web" {\n  command = "sleep 1"\n}\n'

function load(files: Record<string, string>, texts: Record<string, string | null> = {}) {
  const folder = makeFolder(files)
  remove = folder.remove
  const held = Object.fromEntries(Object.entries(texts).map(([name, text]) => [join(folder.path, name), text]))
  return loadConfiguration({ paths: [folder.path], env: quietEnv, withFleet: true, texts: held })
}
const messagesOf = async (files: Record<string, string>): Promise<string[]> =>
  (await load(files)).diagnostics.map(
    ({ file, line, column, message }) => `${file.split('/').pop()}:${line}:${column} ${message}`,
  )

describe('files of the fleet', () => {
  it('stand beside those of the host, on disk or in what a change would write', async () => {
    const onDisk = await load({ 'main.hcl': '', 'fleet.d/edge.web.hcl': web })
    expect([...(onDisk.configuration?.services.keys() ?? [])]).toEqual(['web'])
    remove()
    const held = await load({ 'main.hcl': '' }, { 'fleet.d/edge.web.hcl': web })
    expect([...(held.configuration?.services.keys() ?? [])]).toEqual(['web'])
    remove()
    const gone = await load({ 'main.hcl': '', 'fleet.d/edge.web.hcl': web }, { 'fleet.d/edge.web.hcl': null })
    expect([...(gone.configuration?.services.keys() ?? [])]).toEqual([])
  })

  it('count for nobody who asks for other files alone', async () => {
    const folder = makeFolder({ 'main.hcl': '', 'fleet.d/edge.web.hcl': web })
    remove = folder.remove
    const { configuration } = await loadConfiguration({ paths: [folder.path], env: quietEnv })
    expect(configuration?.services.size).toBe(0)
  })

  it('may not say again what the host says, and both places are told', async () => {
    const told = await messagesOf({ 'main.hcl': `\n${web}`, 'fleet.d/edge.web.hcl': web })
    expect(told).toEqual([
      expect.stringMatching(
        /^edge\.web\.hcl:1:9 The service "web" is there already: this host has one of its own, in .*main\.hcl:2:9\.$/,
      ),
    ])
  })

  it('may not say again what another bundle says, be it a local value', async () => {
    const local = 'locals {\n  port = 1\n}\nservice "SERVICE" {\n  command = "sleep ${local.port}"\n}\n'
    const told = await messagesOf({
      'main.hcl': '',
      'fleet.d/a.x.hcl': local.replace('SERVICE', 'x'),
      'fleet.d/b.y.hcl': local.replace('SERVICE', 'y'),
    })
    expect(told).toEqual([
      expect.stringContaining('b.y.hcl:2:3 The local value "port" is there already: the bundle "a" has it, too'),
    ])
  })

  it('may override one another within one bundle', async () => {
    const { configuration } = await load({
      'main.hcl': '',
      'fleet.d/a.1.hcl': web,
      'fleet.d/a.2.hcl': 'service "web" {\n  enabled = false\n}\n',
    })
    expect(configuration?.services.get('web')?.enabled).toBe(false)
  })

  it('may not say anything of the agent, nor include others', async () => {
    const told = await messagesOf({
      'main.hcl': '',
      'fleet.d/a.x.hcl': 'include = "other.hcl"\nagent {\n  nats {\n    allow_remote = ["exec"]\n  }\n}\n',
      'fleet.d/other.hcl': '',
    })
    expect(told).toContainEqual(expect.stringContaining('a.x.hcl:1:1 include is not for a bundle of the fleet'))
    expect(told).toContainEqual(expect.stringContaining('a.x.hcl:2:1 agent is not for a bundle of the fleet'))
  })

  it('may be written by a folder that comes later', async () => {
    const folder = makeFolder({ 'main.hcl': '' })
    remove = folder.remove
    const before = await loadConfiguration({ paths: [folder.path], env: quietEnv, withFleet: true })
    mkdirSync(join(folder.path, 'fleet.d'))
    writeFileSync(join(folder.path, 'fleet.d', 'a.x.hcl'), web)
    const after = await loadConfiguration({ paths: [folder.path], env: quietEnv, withFleet: true })
    expect(after.inputs.folders).not.toEqual(before.inputs.folders)
    expect(after.configuration?.services.size).toBe(1)
  })
})
