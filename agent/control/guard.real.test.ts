import { afterEach, expect, it } from 'vitest'
import { Place, service } from './fixtures/place.ts'

let place: Place
afterEach(() => place.close())

it('restarts what has passed its memory limit, with the reason, where nothing else holds it', async () => {
  const hungry = `node -e 'globalThis.kept = Buffer.alloc(300000000, 1); setInterval(() => undefined, 1000)'`
  const limits = 'resources {\n    memory_limit = "150Mi"\n  }\n  restart {\n    delay = "1h"\n  }'
  place = await Place.open(`agent {\n  metrics {\n    interval = "1s"\n  }\n}\n${service('web', hungry, limits)}`)
  const web = await place.until('web', ({ state }) => state === 'backoff')
  expect(`${web.reason.text} ${web.why?.sentence}`).toMatch(/memory limit of 150 MiB/)
  if (web.reason.code !== 'memory-limit') return
  const events = await place.core.events.list({ service: 'web', limit: 100 })
  expect(events.find(({ kind }) => kind === 'service.recovered')?.text).toMatch(/^web is restarted: It took \d+ MiB/)
})
