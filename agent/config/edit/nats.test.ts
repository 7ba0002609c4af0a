import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfiguration } from '../load.ts'
import { editNats, natsHcl } from './nats.ts'
import type { JsonObject } from './print.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hxe-nats-edit-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What the files say afterwards, by name; all of them are valid together. */
async function edited(
  files: Record<string, string>,
  values: JsonObject | null,
): Promise<Record<string, string> | undefined> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const changed = await editNats({ values }, { paths: [folder], env: {} })
  if (!changed) return undefined
  for (const { path, after } of changed) writeFileSync(path, after)
  const { diagnostics } = await loadConfiguration({ paths: [folder], env: {} })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return Object.fromEntries(changed.map(({ path, after }) => [path, after]))
}
const only = async (text: string, values: JsonObject | null): Promise<string | undefined> => {
  const changed = await edited({ 'a.hcl': text }, values)
  return changed && (Object.values(changed)[0] ?? text)
}

test('comments and what is not asked about stay as they are', async () => {
  const text = `# mine
agent {
  nats { # the fleet
    # two of them, one day
    servers  = ["nats://a:1"] # here
    username = "env:WHO"
    password = "in the clear"

    allow_remote = ["view"]
    tls {
      ca_file = "/etc/ca.pem" # theirs
    }
  }
}
`
  const change = { servers: ['nats://b:2', 'nats://c:3'], password: 'credential:fleet-password', creds: null }
  expect(await only(text, change)).toBe(
    text.replace('"nats://a:1"', '"nats://b:2", "nats://c:3"').replace('in the clear', 'credential:fleet-password'),
  )
})

test('a way to sign in takes the place of another', async () => {
  const text = 'agent {\n  nats {\n    servers  = ["nats://a:1"]\n    username = "ada"\n    password = "x"\n  }\n}\n'
  const change = { username: null, password: null, token: 'credential:fleet-token', tls: { ca: 'credential:fleet-ca' } }
  expect(await only(text, change)).toBe(
    'agent {\n  nats {\n    servers  = ["nats://a:1"]\n    token    = "credential:fleet-token"\n\n    tls {\n      ca = "credential:fleet-ca"\n    }\n  }\n}\n',
  )
})

test.each([
  'agent {\n  nats { servers = ["nats://a:1"] }\n}\n',
  'agent {\r\n  nats {\r\n    servers = ["nats://a:1"]\r\n  }\r\n}\r\n',
])('a block that stands otherwise is changed as well: %j', async (text) => {
  const after = await only(text, { servers: ['nats://b:2'], cluster_name: 'home', token: 'credential:fleet-token' })
  expect(after).toContain('"nats://b:2"')
  expect(after).toMatch(/cluster_name += "home"/)
  expect(await only(after ?? '', null)).not.toContain('nats')
})

test('the block is taken out of every file that has one, and an agent block that is empty then with it', async () => {
  const changed = await edited(
    {
      'a.hcl': '# a\nagent {\n  name = "x"\n\n  nats {\n    servers = ["nats://a:1"]\n  }\n}\n',
      'fleet.hcl': 'agent {\n  nats {\n    servers = ["nats://b:1"]\n  }\n}\n',
    },
    null,
  )
  expect(Object.values(changed ?? {}).toSorted()).toEqual(['', '# a\nagent {\n  name = "x"\n}\n'])
})

test('what the fleet wrote is left alone, and without any agent block a file of its own is asked for', async () => {
  expect(await only('service "web" {\n  command = "true"\n}\n', { servers: ['nats://a:1'] })).toBeUndefined()
  expect(natsHcl({ servers: ['nats://a:1'], token: null })).toBe(
    'agent {\n  nats {\n    servers = ["nats://a:1"]\n  }\n}\n',
  )
})
