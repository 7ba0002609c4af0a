import { afterEach, expect, it } from 'vitest'
import type { RunningAgent } from './app.ts'
import { Place, service } from './control/fixtures/place.ts'

let place: Place | undefined
let letIn: () => void = () => undefined

afterEach(async () => {
  letIn()
  await place?.close()
})

/** An agent beside a window that has not been drawn yet, as soon as it can be asked; and whether it has begun. */
async function besideWindow(hcl: string): Promise<{ known: RunningAgent; begun: Promise<unknown> }> {
  const drawn = new Promise<void>((resolve) => {
    letIn = resolve
  })
  const prepared = Place.prepare(hcl)
  place = prepared
  let begun: Promise<unknown> = Promise.resolve()
  const known = await new Promise<RunningAgent>((onKnown, fail) => {
    begun = prepared.begin({ giveWay: () => drawn, onKnown })
    begun.catch(fail)
  })
  return { known, begun }
}

it('answers a window before what is to run is started, and starts it when that is drawn', async () => {
  const { known, begun } = await besideWindow(service('web', 'sleep 300'))
  expect(known.core.listServices().map(({ name, state }) => [name, state])).toEqual([['web', 'stopped']])
  letIn()
  await begun
  await place?.running('web')
})

it('starts nothing where it is told to end before that', async () => {
  const { known, begun } = await besideWindow(service('web', 'sleep 300'))
  const states = new Set(known.core.listServices().map(({ state }) => state))
  const ended = known.stop('stop')
  letIn()
  await Promise.all([begun, ended])
  for (const { state } of known.core.listServices()) states.add(state)
  expect([...states]).toEqual(['stopped'])
  expect(await known.closed).toBe(0)
})

it('keeps what was stopped by a person before that', async () => {
  const { known, begun } = await besideWindow(service('web', 'sleep 300'))
  await known.core.act('web', 'stop', { author: 'anna', role: 'admin' })
  letIn()
  await begun
  expect(known.core.getService('web')).toMatchObject({ state: 'stopped', desired: 'down' })
})
