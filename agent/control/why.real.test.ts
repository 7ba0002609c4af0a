import { chmodSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { Place, service } from './fixtures/place.ts'

let place: Place
afterEach(() => place.close())

it('a service that is disabled names the line that says so, also where a later block says it', async () => {
  const hcl = `${service('web', 'sleep 1000')}\n${service('db', 'sleep 1000', 'tags = ["x"]', 'enabled = false')}`
  place = await Place.open(hcl)
  const line = hcl.split('\n').indexOf('  enabled = false') + 1
  const { why } = await place.until('db', (found) => found.why !== null)
  expect(why?.sentence).toBe(`Disabled in main.hcl:${line}`)
  expect(why?.fixes[0]?.action).toMatchObject({ kind: 'open-file', file: place.file, line })
})

it('a program that may not be run has its mode and the name of its owner', async () => {
  place = await Place.open(({ folder }) => {
    const program = join(folder, 'tool.sh')
    writeFileSync(program, '#!/bin/sh\n')
    chmodSync(program, 0o640)
    return service('web', program)
  })
  const { why } = await place.until('web', ({ state }) => state === 'failed')
  expect(JSON.stringify(why)).toContain(`mode 0640 rw-r-----, owner ${userInfo().username})`)
})

it('what others need is stopped after them, and says so meanwhile', async () => {
  const stubborn = 'sh -c \'trap "" TERM; echo ready; while :; do sleep 0.1; done\''
  const stop = 'stop {\n timeout = "3s"\n}'
  place = await Place.open(
    service('base', 'sleep 1000') + service('web', stubborn, 'depends_on = ["base"]', stop) + service('free', 'true'),
  )
  await place.running('base')
  await place.running('web')
  const lines = place.core.logs.follow({ service: ['web'], limit: 10 }, AbortSignal.timeout(20_000))
  for await (const { items } of lines) if (items.some(({ text }) => text === 'ready')) break
  const { core } = place
  const ended = place.end('stop')
  await place.eventually(
    () => core.getService('base').why?.sentence === 'Stops after web, which needs it',
    () => JSON.stringify(core.getService('base')),
  )
  expect(core.getService('base').state).toBe('running')
  await ended
  expect(core.getService('base')).toMatchObject({ state: 'stopped' })
})
