import { call } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { type Alert, everyHost, nodeAt, roles, type Silence } from '../../contract/index.ts'
import { type Place, service } from '../control/fixtures/place.ts'
import { fleetForTests, sees } from './fixtures/fleet.ts'

const { host } = fleetForTests()

const broken = service('web', 'false', 'restart { policy = "never" }')
const aWhile = { matchers: [{ name: 'service', op: '=', value: 'web' }], duration: '1h', reason: 'is being mended' }

/** A call as the panel of `place` makes it, to `place` itself or to the host that is shown. */
async function ask(place: Place, role: (typeof roles)[number], path: string, input: object, shown?: string) {
  const { router, remoteRouter } = place.agent
  const procedure = nodeAt(shown === undefined ? router : remoteRouter(), path.split('.'))
  const context = { caller: { author: 'mira', role }, carrier: 'test', ...(shown === undefined ? {} : { host: shown }) }
  return call(procedure as never, input as never, { context, path: path.split('.') } as never) as Promise<unknown>
}

const alertOf = (place: Place): Promise<Alert> =>
  place.eventually(() => place.core.alerts.summary().items.find(({ name }) => name === 'service-down'))

/** What came of it, in a word. */
const outcome = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )

const byRole = { viewer: 'FORBIDDEN', operator: 'done', editor: 'done', admin: 'done' } as const

/** Acknowledging, silencing, and the way back of both, each with its outcome. */
async function keepQuiet(place: Place, role: (typeof roles)[number], id: string, shown?: string): Promise<string[]> {
  const silence = ask(place, role, 'silences.create', aWhile, shown)
  const made = await outcome(silence)
  const silenceId = made === 'done' ? ((await silence) as Silence).id : 'none'
  return [
    await outcome(ask(place, role, 'alerts.ack', { id }, shown)),
    await outcome(ask(place, role, 'alerts.unack', { id }, shown)),
    made,
    await outcome(ask(place, role, 'silences.end', { id: silenceId }, shown)),
  ]
}

describe('keeping an alert quiet', () => {
  it.each(roles)('takes the same of a %s here, on another host and among all hosts', async (role) => {
    const laptop = await host('laptop', broken)
    const atlas = await host('atlas', broken)
    await sees(laptop, 'atlas')
    const here = await alertOf(laptop)
    const there = await alertOf(atlas)
    const all = Array(4).fill(byRole[role])
    expect(await keepQuiet(laptop, role, here.id)).toEqual(all)
    expect(await keepQuiet(laptop, role, there.id, 'atlas')).toEqual(all)
    expect(await keepQuiet(laptop, role, `${there.id}@atlas`, everyHost)).toEqual(all)
  })

  it.each([
    ['[]', 'FORBIDDEN'],
    ['["view", "start", "restart", "exec"]', 'FORBIDDEN'],
    ['["stop"]', 'done'],
    ['["view", "configure"]', 'done'],
  ])('comes to a host that allows %s, and is %s', async (allowed, came) => {
    const laptop = await host('laptop')
    const atlas = await host('atlas', broken, { nats: `allow_remote = ${allowed}` })
    await sees(laptop, 'atlas')
    const { id } = await alertOf(atlas)
    expect(await keepQuiet(laptop, 'admin', id, 'atlas')).toEqual(Array(4).fill(came))
  })

  it('is refused by a sentence that names the word that is missing', async () => {
    const laptop = await host('laptop')
    await host('atlas', '', { nats: 'allow_remote = ["view"]' })
    await sees(laptop, 'atlas')
    await expect(ask(laptop, 'operator', 'silences.create', aWhile, 'atlas')).rejects.toThrow('lacks "stop"')
  })
})
