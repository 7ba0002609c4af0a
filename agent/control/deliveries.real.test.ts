import { afterEach, expect, it } from 'vitest'
import { hookTo, openReceiver } from '../alerts/deliver/fixtures/receiver.ts'
import { Place, service } from './fixtures/place.ts'

let place: Place
const cleanups: (() => void)[] = []
afterEach(async () => {
  await place.close()
  for (const clean of cleanups.splice(0)) clean()
})

it('tells a webhook and the desktop of a service that has failed', async () => {
  const { url, received, close } = await openReceiver(500, 200)
  cleanups.push(close)
  place = await Place.open(`
notify_policy {
  group_wait = "0s"
}
alert "service-down" {
  when   = "state == 'failed'"
  notify = ["hook", "desktop"]
}
${hookTo('hook', url)}${service('web', 'false', 'restart {\n    policy = "never"\n  }')}`)
  await place.eventually(() => received.length >= 2 || undefined)
  const bodies = received.map(({ body }) => JSON.parse(body))
  expect(bodies[0]).toMatchObject({ status: 'firing', alerts: [expect.objectContaining({ service: 'web' })] })
  // The second is a repeat of the first, which the receiver had refused.
  expect(received[1]?.headers['webhook-id']).toBe(received[0]?.headers['webhook-id'])
  await place.eventually(
    () => place.core.alerts.summary().notices?.some(({ path }) => path === '/services/web') || undefined,
  )
  await place.eventually(() =>
    place.core.alerts.notifications().find(({ name, delivered }) => name === 'hook' && delivered > 0),
  )
  const [delivery] = await place.core.alerts.deliveries({ limit: 1, notification: 'hook' })
  expect(delivery).toMatchObject({ state: 'delivered', attempts: 2 })
  const events = await place.core.events.list({ kind: 'delivery.failed', limit: 10 })
  expect(events.map(({ text }) => text)).toEqual([
    'hook could not be told of an alert: The receiver answered with status 500',
  ])
})
