import { describe, expect, it } from 'vitest'
import { fleetForTests, sees } from '../fleet/fixtures/fleet.ts'
import { type Place, service } from './fixtures/place.ts'

const { host } = fleetForTests()
/** Without streams nobody keeps what a host has told. */
const withoutStreams = fleetForTests('', { hasJetStream: false })

const mira = { author: 'mira', role: 'admin' } as const
const hour = 3_600_000

const command = (place: Place, id: string) => place.core.fleet.commands.list().find((one) => one.id === id)
const until = (place: Place, id: string, state: string) =>
  place.eventually(
    () => command(place, id)?.state === state,
    () => JSON.stringify(place.core.fleet.commands.list()),
  )
const starts = async (place: Place): Promise<number> =>
  (await place.core.events.list({ limit: 100, kind: 'service.started', service: 'web' })).length

/** A laptop, and a host that it has seen and that is away now. */
async function withHostAway(open = host): Promise<{ laptop: Place; atlas: Place }> {
  const laptop = await open('laptop')
  const atlas = await open('atlas', service('web', 'sleep 1000', 'autostart = false'))
  await sees(laptop, 'atlas')
  await atlas.end()
  await sees(laptop, 'atlas', 'unreachable')
  return { laptop, atlas }
}
const ask = (laptop: Place, expiresInMs = hour) =>
  laptop.core.fleet.commands.create({ host: 'atlas', verb: 'start', services: ['web'], expiresInMs }, mira)

describe('a command for a host that is away', () => {
  it('waits, is done when the host is back, once, and is acknowledged', async () => {
    const { laptop, atlas } = await withHostAway()
    const { id, state } = await ask(laptop)
    expect(state).toBe('waiting')
    await atlas.begin()
    await until(laptop, id, 'done')
    await atlas.running('web')
    expect(atlas.service('web').reason.text).toContain('mira@laptop')
    await atlas.end('keep')
    await sees(laptop, 'atlas', 'unreachable')
    await atlas.begin()
    await sees(laptop, 'atlas')
    expect(await starts(atlas)).toBe(1)
  })

  it('waits on while the agent that keeps it is started again', async () => {
    const { laptop, atlas } = await withHostAway()
    const { id } = await ask(laptop)
    await laptop.end()
    await laptop.begin()
    expect(command(laptop, id)).toMatchObject({ state: 'waiting', host: 'atlas', author: 'mira' })
    await atlas.begin()
    await until(laptop, id, 'done')
    await atlas.running('web')
  })

  it('is never done when its time has passed', async () => {
    const { laptop, atlas } = await withHostAway()
    const { id } = await ask(laptop, 1_000)
    await until(laptop, id, 'expired')
    await atlas.begin()
    await sees(laptop, 'atlas')
    expect(command(laptop, id)?.text).toContain('nothing was done')
    expect(atlas.service('web').state).toBe('stopped')
    expect(await starts(atlas)).toBe(0)
  })

  it('is not done when it was withdrawn, and cannot be withdrawn again', async () => {
    const { laptop, atlas } = await withHostAway()
    const { id } = await ask(laptop)
    await laptop.core.fleet.commands.withdraw(id, mira)
    await expect(laptop.core.fleet.commands.withdraw(id, mira)).rejects.toThrow('is withdrawn')
    await atlas.begin()
    await sees(laptop, 'atlas')
    expect(await starts(atlas)).toBe(0)
  })

  it('is withdrawn, and that is said, when its host is taken off the list', async () => {
    const { laptop } = await withHostAway()
    const { id } = await ask(laptop)
    expect(laptop.core.fleet.remove('atlas').notes.join()).toContain('A command that waited for it was withdrawn')
    await until(laptop, id, 'withdrawn')
    await expect(ask(laptop)).rejects.toThrow('no host atlas')
  })

  it('is among the events of all hosts, with those of that host once it is back', async () => {
    const { laptop, atlas } = await withHostAway(withoutStreams.host)
    const { id } = await ask(laptop)
    const all = () => laptop.core.fleet.events({ limit: 100 }, mira)
    const before = await all()
    expect(before.missing).toEqual([{ host: 'atlas', text: expect.stringContaining('has not been reached since') }])
    expect(before.items.find(({ kind }) => kind === 'command.queued')?.host).toBe('laptop')
    await atlas.begin()
    await until(laptop, id, 'done')
    await atlas.running('web')
    const { items, missing } = await all()
    expect(missing).toEqual([])
    expect(items.find(({ kind }) => kind === 'service.started')?.host).toBe('atlas')
    const own = items.filter(({ host }) => host === 'atlas').map(({ seq }) => seq)
    expect(own).toEqual(own.toSorted((a, b) => b - a))
    await expect(laptop.core.fleet.events({ limit: 1, host: 'nowhere' }, mira)).rejects.toThrow('no host nowhere')
  })

  it('is done at once where the host is there after all', async () => {
    const laptop = await host('laptop')
    const atlas = await host('atlas', service('web', 'sleep 1000', 'autostart = false'))
    await sees(laptop, 'atlas')
    expect((await ask(laptop)).state).toBe('done')
    await atlas.running('web')
  })
})
