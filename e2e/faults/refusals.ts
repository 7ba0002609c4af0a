import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fault, service } from './harness.ts'
import { isAlive } from './processes.ts'

const cannotStart: Fault = {
  id: 29,
  title: 'what cannot be started says which part of it is wrong, and is not tried again in vain',
  async run(world) {
    const file = join(world.folder, 'not-executable')
    const foreign = join(world.folder, 'foreign')
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o644 })
    const elf = Buffer.concat([Buffer.from('7f454c460201010000000000000000000200b700', 'hex'), Buffer.alloc(64)])
    writeFileSync(foreign, elf, { mode: 0o755 })
    const cases: readonly (readonly [string, string, RegExp])[] = [
      ['missing', service('missing', '/no/such/program'), /no\/such\/program/],
      ['rights', service('rights', file), /not-executable/],
      ['folder', service('folder', 'sleep 1', 'working_dir = "/no/such/folder"'), /no\/such\/folder/],
      ['user', service('user', 'sleep 1', 'user = "no-such-user-here"'), /no-such-user-here/],
      ['foreign', service('foreign', foreign), /foreign|ARM|aarch64/i],
    ]
    world.configure(...cases.map(([, block]) => block))
    await world.start()
    for (const [name, , wanted] of cases) {
      const { why, restarts } = await world.until(name, ({ state }) => state === 'failed')
      assert.match(why?.sentence ?? '', wanted)
      assert.equal(restarts, 0, `${name} was tried again`)
    }
  },
}

const tooBig: Fault = {
  id: 30,
  title: 'an environment that the kernel refuses is refused by name, and hurts nobody else',
  async run(world) {
    const many = Array.from({ length: 30 }, (_, at) => `V${at}=${'x'.repeat(100_000)}`)
    world.write('values.env', many.join('\n'))
    world.configure(service('all-values', 'sleep 1000', 'env_file = "values.env"'), service('beside', 'sleep 1000'))
    await world.start()
    const { pid } = await world.running('beside')
    const all = await world.until('all-values', ({ state }) => state === 'failed' || state === 'backoff')
    assert.match(all.why?.sentence ?? '', /environment|too (?:big|large|long)|V\d+/i)
    world.configure(
      service('one-value', 'sleep 1000', `environment = {\n HUGE_ONE = "${'x'.repeat(131_072)}"\n}`),
      service('beside', 'sleep 1000'),
    )
    const answer = await world.agent.ask('/config/reload', { method: 'POST' })
    assert.match(await answer.text(), /HUGE_ONE/)
    assert.equal((await world.agent.service('beside')).pid, pid)
  },
}

const badDependency: Fault = {
  id: 33,
  title: 'a circle or a missing name among dependencies is refused with its path, and what runs stays',
  async run(world) {
    world.configure(service('keeps', 'sleep 1000'))
    await world.start()
    const { pid } = await world.running('keeps')
    const refused = async (wanted: RegExp, ...blocks: string[]): Promise<void> => {
      world.configure(service('keeps', 'sleep 2000'), ...blocks)
      const answer = await world.agent.ask('/config/reload', { method: 'POST' })
      const text = await answer.text()
      const status = (await (await world.agent.ask('/config')).json()) as { status: string; diagnostics: unknown[] }
      assert.equal(status.status, 'invalid', text)
      assert.match(JSON.stringify(status.diagnostics), wanted)
      const after = await world.agent.service('keeps')
      assert.equal(after.pid, pid, 'a refused configuration changed a pid (I8)')
    }
    const on = (name: string): string => `depends_on = ["${name}"]`
    await refused(
      /one.*two.*three|two.*three.*one|three.*one.*two/,
      service('one', 'sleep 1', on('two')),
      service('two', 'sleep 1', on('three')),
      service('three', 'sleep 1', on('one')),
    )
    await refused(/keepz/, service('needs', 'sleep 1', on('keepz')))
    assert.ok(isAlive(pid ?? 0))
  },
}

export const refusals: readonly Fault[] = [cannotStart, tooBig, badDependency]
