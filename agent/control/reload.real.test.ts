import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Service } from '../../contract/index.ts'
import { Place, service } from './fixtures/place.ts'

let place: Place

afterEach(async () => {
  const pids = place.core.listServices().map(({ pid }) => pid)
  const closing = place.close()
  for (const pid of pids) letGo(pid)
  await closing
})

/** Ignores SIGTERM as soon as it has said so, and ends when it is let go. It runs in the folder of its file. */
const stubborn = (name: string): string => {
  const command = "trap '' TERM; : > ../holds-$$; until [ -e ../end-$$ ]; do sleep 0.05; done"
  return service(name, command, 'shell = true', 'stop {\n timeout = "60s"\n}')
}

async function holding(name: string): Promise<Service> {
  const found = await place.running(name)
  await place.eventually(() => existsSync(join(place.folder, `holds-${found.pid}`)))
  return found
}

function letGo(pid: number | null): void {
  if (pid !== null) writeFileSync(join(place.folder, `end-${pid}`), '')
}

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
    const { pid } = await holding('web')
    await place.reload(other)
    expect(place.service('web').state).toBe('stopping')
    await place.reload(stubborn('web') + other)
    letGo(pid)
    const again = await place.until('web', (web) => web.state === 'running' && web.pid !== pid)
    expect(again.desired).toBe('up')
    expect(place.core.listServices().map(({ name }) => name)).toEqual(['web', 'other'])
  })

  it('shows a removed service until nothing of it is left, and then no more', async () => {
    const other = service('other', 'sleep 1000')
    place = await Place.open(stubborn('web') + other)
    const { pid } = await holding('web')
    await place.reload(other)
    expect(place.core.listServices().map(({ name, state }) => [name, state])).toContainEqual(['web', 'stopping'])
    letGo(pid)
    await place.eventually(() => place.core.listServices().every(({ name }) => name !== 'web'))
    expect(() => place.service('web')).toThrow('There is no service "web"')
  })

  it('keeps an instance that is put back while it still ends', async () => {
    const replicas = (count: number): string => stubborn('web').replace('shell', `replicas = ${count}\n  shell`)
    place = await Place.open(replicas(3))
    const { pid } = await holding('web#2')
    const first = await place.running('web#0')
    await place.reload(replicas(2))
    expect(place.service('web#2').state).toBe('stopping')
    await place.reload(replicas(3))
    letGo(pid)
    await place.until('web#2', (web) => web.state === 'running' && web.pid !== pid)
    expect(place.service('web#0').pid).toBe(first.pid)
  })
})
