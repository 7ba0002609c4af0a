import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Caller } from '../caller.ts'
import type { Outcome } from '../core.ts'
import { Place, service } from './fixtures/place.ts'

const person: Caller = { author: 'anna', role: 'operator' }
let place: Place
afterEach(() => place.close())

const named = (outcomes: readonly Outcome[]): string[] => outcomes.map(({ name }) => name)
const errorsOf = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap((outcome) => ('error' in outcome ? { name: outcome.name, error: outcome.error } : []))

describe('many services at once', () => {
  it('a hundred are stopped and started in one call, and one that is refused holds up no other', async () => {
    const names = Array.from({ length: 100 }, (_, at) => `s${at}`)
    const blocks = names.map((name, at) =>
      service(name, 'sleep 1000', 'autostart = false', ...(at > 0 && at < 10 ? ['depends_on = ["s0"]'] : [])),
    )
    place = await Place.open(blocks.join(''))
    const asked = ['nope', ...names.toReversed(), 's5']
    const started = await place.core.actOnMany(asked, 'start', person)
    expect(named(started)).toEqual(['nope', ...names.toReversed()])
    expect(errorsOf(started)).toMatchObject([{ name: 'nope', error: { code: 'NOT_FOUND' } }])
    await place.eventually(() => names.every((name) => place.service(name).state === 'running'))
    const stopped = await place.core.actOnMany(asked, 'stop', person)
    expect(errorsOf(stopped)).toMatchObject([{ name: 'nope', error: { code: 'NOT_FOUND' } }])
    expect(stopped.every((each) => 'error' in each || each.service.desired === 'down')).toBe(true)
    await place.eventually(() =>
      names.every((name) => place.service(name).state === 'stopped' && place.service(name).processCount === 0),
    )
    expect(place.service('s0').reason.text).toBe('Stopped by anna')
  })

  it('what others need is stopped after them, and goes on when one of those shall run after all', async () => {
    place = await Place.open(({ folder }) => {
      const stubborn = `sh -c 'trap "" TERM; echo ready; until [ -e ${folder}/go ]; do sleep 0.1; done'`
      const stop = 'stop {\n timeout = "60s"\n}'
      return service('base', 'sleep 1000') + service('web', stubborn, 'depends_on = ["base"]', stop)
    })
    await place.running('base')
    await place.running('web')
    for await (const { items } of place.core.logs.follow({ service: ['web'], limit: 10 }, AbortSignal.timeout(20_000)))
      if (items.some(({ text }) => text === 'ready')) break
    const outcomes = await place.core.actOnMany(['base', 'web'], 'stop', person)
    expect(errorsOf(outcomes)).toEqual([])
    expect(place.service('web').state).toBe('stopping')
    expect(place.service('base')).toMatchObject({
      state: 'running',
      desired: 'down',
      why: { sentence: 'Stops after web, which needs it' },
    })
    // Its own wish goes before what was asked for many.
    await place.act('base', 'start')
    expect(place.service('base')).toMatchObject({ state: 'running', desired: 'up', why: null })
    await place.core.actOnMany(['web', 'base'], 'stop', person)
    expect(place.service('base').state).toBe('running')
    await place.act('web', 'restart')
    await place.until('base', ({ state }) => state === 'stopped')
    writeFileSync(join(place.folder, 'go'), '')
  })

  it('each is refused with what the call for it alone would have said', async () => {
    place = await Place.open(service('on', 'sleep 1000') + service('off', 'sleep 1000', 'enabled = false'))
    await place.running('on')
    const outcomes = await place.core.actOnMany(['off', 'on', 'onn'], 'restart', person)
    expect(errorsOf(outcomes)).toMatchObject([
      { name: 'off', error: { code: 'CONFLICT', data: { reason: 'disabled' } } },
      { name: 'onn', error: { code: 'NOT_FOUND', data: { suggestion: 'on' } } },
    ])
    await place.until('on', ({ reason }) => reason.text === 'Restarted by anna')
  })
})
