import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { Place, service } from './fixtures/place.ts'

let place: Place
afterEach(() => place.close())

it("keeps secrets out of the agent's own log, whatever goes wrong with them", async () => {
  const secret = 'canary-5f1d9c'
  place = await Place.open(service('web', 'sleep 1000', `environment = { API_TOKEN = "${secret}" }`))
  await place.running('web')
  // The log says what is wrong with a file, in the file's own words.
  await expect(place.reload(service('web', 'sleep 1000', `depends_on = ["${secret}"]`))).rejects.toThrow('has errors')
  const token = readFileSync(join(place.dataDir, 'token'), 'utf8').trim()
  await place.end()
  const log = readFileSync(join(place.dataDir, 'agent.log'), 'utf8')
  expect(log).toContain('configuration not loaded')
  expect(log).not.toContain(secret)
  expect(log).not.toContain(token)
})

it('runs services as ever with a damaged key, and says that the history cannot be read', async () => {
  const changed = service('web', 'sleep 1000', 'nice = 1')
  place = await Place.open(service('web', 'sleep 1000'))
  await place.reload(changed)
  const { pid } = await place.running('web')
  await place.end('keep')
  writeFileSync(join(place.dataDir, 'secrets.key'), 'damaged')
  await place.begin()
  expect((await place.running('web')).pid).toBe(pid)
  const { core } = place
  expect((await core.config.history({ limit: 10 })).map(({ revision }) => revision)).toContain(1)
  await expect(core.config.revision(1)).rejects.toThrow('Revision 1 cannot be read.')
  await place.reload(service('web', 'sleep 999'))
  await place.running('web')
  await place.end()
  const log = readFileSync(join(place.dataDir, 'agent.log'), 'utf8')
  expect(log).toContain('the history of the configuration is not available')
})
