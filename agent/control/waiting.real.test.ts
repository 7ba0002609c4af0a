import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Place, service } from './fixtures/place.ts'

let place: Place

const off = 'autostart = false'

beforeEach(async () => {
  place = await Place.open(
    [
      service('web', 'sleep 1000', off),
      service('crashes', '/no/such/program', off),
      service('base', '/no/such/program', off),
      service('needs', 'sleep 1000', off, 'depends_on = ["base"]'),
      service('job', 'true', off, 'type = "cron"', 'schedule = "0 4 * * *"'),
    ].join(''),
  )
})
afterEach(() => place.close())

/** Far longer than a test may take: what answers has not waited for it. */
const forEverMs = 3_600_000
const waitFor = (name: string, condition: 'running' | 'stopped') => place.core.waitFor(name, condition, forEverMs)

describe('a wait', () => {
  it('ends when the service is so', async () => {
    await place.act('web', 'start')
    expect(await waitFor('web', 'running')).toMatchObject({ reached: true, service: { state: 'running' } })
    await place.act('web', 'stop')
    expect(await waitFor('web', 'stopped')).toMatchObject({ reached: true, service: { state: 'stopped' } })
  })

  it('ends with the reason when the service has failed', async () => {
    await place.act('crashes', 'start')
    const answer = await waitFor('crashes', 'running')
    expect(answer).toMatchObject({ reached: false, never: true, service: { state: 'failed' } })
    expect(answer.service.why?.sentence).toContain('/no/such/program')
  })

  it('ends when nobody wants the service to run', async () => {
    expect(await waitFor('web', 'running')).toMatchObject({ never: true, service: { state: 'stopped' } })
  })

  it('ends when what the service needs has failed', async () => {
    await place.act('needs', 'start')
    const answer = await waitFor('needs', 'running')
    expect(answer).toMatchObject({ reached: false, never: true, service: { state: 'waiting' } })
    expect(answer.service.why?.sentence).toContain('base')
  })

  it('ends when a job waits for its next run', async () => {
    await place.act('job', 'start')
    expect(await waitFor('job', 'running')).toMatchObject({ reached: true, service: { state: 'waiting' } })
  })
})
