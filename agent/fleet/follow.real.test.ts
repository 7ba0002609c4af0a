import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { FleetHost, FleetMessage } from '../../contract/index.ts'
import { type Place, service } from '../control/fixtures/place.ts'
import { fleetForTests, sees } from './fixtures/fleet.ts'

const { host } = fleetForTests()

const readings: AbortController[] = []
afterEach(() => {
  for (const reading of readings.splice(0)) reading.abort()
})

interface Heard {
  messages: FleetMessage[]
  ids: (string | undefined)[]
}

/** What an agent says over REST, as it comes. */
function follow(place: Place, lastEventId?: string): Heard {
  const reading = new AbortController()
  readings.push(reading)
  const heard: Heard = { messages: [], ids: [] }
  const headers = {
    authorization: `Bearer ${readFileSync(join(place.dataDir, 'token'), 'utf8').trim()}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  }
  const read = async (): Promise<void> => {
    const answer = await fetch(`${place.core.info().url}/api/v1/fleet/follow`, { headers, signal: reading.signal })
    let text = ''
    for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data === undefined) continue
        heard.messages.push(JSON.parse(data) as FleetMessage)
        heard.ids.push(/^id: (.*)$/m.exec(event)?.[1])
      }
    }
  }
  // It ends by being aborted.
  void read().catch(() => undefined)
  return heard
}

/** What was last told of a host, as soon as it is so. */
const toldOf = (place: Place, { messages }: Heard, name: string, isSo: (host: FleetHost) => boolean) =>
  place.eventually(
    () => messages.flatMap(({ hosts }) => hosts.filter((each) => each.name === name)).findLast(isSo),
    () => JSON.stringify(messages),
  )

describe('a fleet that is followed', () => {
  it('is told whole once, and then by what changes', async () => {
    const laptop = await host('laptop')
    const atlas = await host('atlas', service('web', 'sleep 1000'))
    await host('borea')
    for (const name of ['atlas', 'borea']) await sees(laptop, name)
    const heard = follow(laptop)
    const first = await laptop.eventually(() => heard.messages[0])
    expect(first.type).toBe('snapshot')
    expect(first.hosts.slice(0, 3).map(({ name }) => name)).toEqual(['laptop', 'atlas', 'borea'])
    await atlas.running('web')
    await atlas.act('web', 'stop')
    await toldOf(laptop, heard, 'atlas', ({ services }) => services.total === 1 && services.running === 0)
    await host('ceres')
    await toldOf(laptop, heard, 'ceres', ({ state }) => state === 'connected')
    await atlas.end()
    await toldOf(laptop, heard, 'atlas', ({ state }) => state === 'unreachable')
    const { id } = laptop.core.fleet.remove('atlas')
    await laptop.eventually(() => heard.messages.some((each) => each.type === 'delta' && each.removed.includes(id)))
    // Of borea nothing was other than before, but for its figures.
    const deltas = heard.messages.slice(1)
    expect(deltas.every(({ type }) => type === 'delta')).toBe(true)
    expect(deltas.flatMap(({ hosts }) => hosts.filter(({ name }) => name === 'borea'))).toEqual([])
    const borea = laptop.core.fleet.host('borea').id
    await laptop.eventually(() =>
      heard.messages.some((each) => each.type === 'delta' && each.usage.some(([of]) => of === borea)),
    )
  })

  it('is followed on from where one was, and from the beginning by whoever was with another run of the agent', async () => {
    const laptop = await host('laptop')
    const atlas = await host('atlas')
    await sees(laptop, 'atlas')
    const before = follow(laptop)
    await laptop.eventually(() => before.messages.length > 0)
    const [id] = before.ids
    expect(id).toBe(String(before.messages[0]?.seq))
    await atlas.end()
    await sees(laptop, 'atlas', 'unreachable')
    const again = follow(laptop, id)
    await toldOf(laptop, again, 'atlas', ({ state }) => state === 'unreachable')
    expect(again.messages.every(({ type }) => type === 'delta')).toBe(true)
    await laptop.end()
    await laptop.begin()
    const anew = follow(laptop, again.ids.at(-1))
    expect((await laptop.eventually(() => anew.messages[0])).type).toBe('snapshot')
  })
})
