import { afterEach, describe, expect, it } from 'vitest'
import { Place, service } from './fixtures/place.ts'

let place: Place

afterEach(() => place.close())

const quickStop = 'stop {\n timeout = "300ms"\n}'
/** Ignores SIGTERM, so that its end takes as long as its `stop.timeout`. */
const stubborn = (name: string): string =>
  service(name, "trap '' TERM; while :; do sleep 0.1; done", 'shell = true', quickStop)

describe('a reload', () => {
  it('asks a service that waits again when its own dependencies have changed', async () => {
    const base = service('base', 'sleep 1000', 'autostart = false')
    place = await Place.open(base + service('web', 'sleep 1000', 'depends_on = ["base"]'))
    await place.until('web', ({ state }) => state === 'waiting')
    await place.reload(base + service('web', 'sleep 1000'))
    await place.running('web')
  })

  it('keeps a service that is put back while it still ends, and starts it again', async () => {
    const other = service('other', 'sleep 1000')
    place = await Place.open(stubborn('web') + other)
    const { pid } = await place.running('web')
    await place.reload(other)
    expect(place.service('web').state).toBe('stopping')
    await place.reload(stubborn('web') + other)
    const again = await place.until('web', (web) => web.state === 'running' && web.pid !== pid)
    expect(again.desired).toBe('up')
    expect(place.core.listServices().map(({ name }) => name)).toEqual(['web', 'other'])
  })

  it('shows a removed service until nothing of it is left, and then no more', async () => {
    const other = service('other', 'sleep 1000')
    place = await Place.open(stubborn('web') + other)
    await place.running('web')
    await place.reload(other)
    expect(place.core.listServices().map(({ name, state }) => [name, state])).toContainEqual(['web', 'stopping'])
    await place.eventually(() => place.core.listServices().every(({ name }) => name !== 'web'))
    expect(() => place.service('web')).toThrow('There is no service "web"')
  })

  it('keeps an instance that is put back while it still ends', async () => {
    const replicas = (count: number): string => stubborn('web').replace('shell', `replicas = ${count}\n  shell`)
    place = await Place.open(replicas(3))
    const { pid } = await place.running('web#2')
    const first = await place.running('web#0')
    await place.reload(replicas(2))
    expect(place.service('web#2').state).toBe('stopping')
    await place.reload(replicas(3))
    await place.until('web#2', (web) => web.state === 'running' && web.pid !== pid)
    expect(place.service('web#0').pid).toBe(first.pid)
  })
})
