import { afterEach, expect, test } from 'vitest'
import { Place, service } from './fixtures/place.ts'

const places: Place[] = []
async function open(hcl: string): Promise<Place> {
  const place = await Place.open(hcl)
  places.push(place)
  return place
}
afterEach(async () => {
  for (const place of places.splice(0)) await place.close()
})

test('a service that gives up raises an alert by a built-in rule, and one that runs again ends it', async () => {
  const place = await open(service('web', 'false', 'restart { policy = "never" }'))
  const alerts = await place.eventually(() => {
    const { items } = place.core.alerts.summary()
    return items.length > 0 && items
  })
  expect(alerts).toMatchObject([{ name: 'service-down', service: 'web', state: 'firing', severity: 'critical' }])
  expect(alerts[0]?.summary).toMatch(/web/)
  await place.reload(service('web', 'sleep 600'))
  await place.eventually(() => place.core.alerts.summary().firing === 0)
  expect(place.core.alerts.rules().find(({ name }) => name === 'service-down')?.state).toBe('ok')
})

test('a rule of the files is raised by what is measured, and a built-in one can be switched off', async () => {
  const place = await open(`${service('web', 'sleep 600')}${service('down', 'false', 'restart { policy = "never" }')}
alert "service-down" {
  enabled = false
}
alert "has-memory" {
  match    = { name = "web" }
  when     = "memory_bytes > 1kB and state == \\"running\\""
  severity = "info"
}
`)
  const [alert] = await place.eventually(() => {
    const { items } = place.core.alerts.summary()
    return items.length > 0 && items
  })
  expect(alert).toMatchObject({
    name: 'has-memory',
    service: 'web',
    metric: 'memory_bytes',
    threshold: 1000,
    severity: 'info',
  })
  expect(alert?.value).toBeGreaterThan(1000)
  await place.until('down', ({ state }) => state === 'failed')
  await place.act('web', 'stop')
  await place.eventually(() => place.core.alerts.summary().firing === 0)
  expect(place.core.alerts.rules().find(({ name }) => name === 'service-down')).toMatchObject({
    enabled: false,
    state: 'off',
  })
})
