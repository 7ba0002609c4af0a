import { expect, it } from 'vitest'
import { explain } from './explain.ts'
import { exitWith, factsWith, graph, startMs } from './fixtures/facts.ts'

const text = 'connection refused by localhost:3000'

it('names the check of a service that runs, what it answered and since when', () => {
  const unhealthy = { check: 'http', text, target: 'GET http://localhost:3000/', sinceMs: startMs, failures: 4 }
  const why = explain('web', graph(factsWith({ unhealthy })), startMs)
  expect(why?.sentence).toBe('Unhealthy: http: connection refused by localhost:3000')
  expect(why?.chain).toEqual([
    { subject: 'GET http://localhost:3000/', fact: text, at: '2026-05-04T12:00:00.000Z' },
    { subject: 'web', fact: 'has failed its check http 4 times in a row' },
  ])
  expect(why?.fixes.map(({ label }) => label)).toEqual(['Show logs', 'Restart', 'Open services.hcl:12'])
})

it('says of what was ended as unhealthy that it starts again, and not how it was ended', () => {
  const facts = factsWith({
    state: 'backoff',
    reasonCode: 'unhealthy',
    unhealthy: { check: 'http', text },
    exit: exitWith({ code: null, signal: 'SIGTERM' }),
    nextStartAtMs: startMs + 4_000,
  })
  expect(explain('web', graph(facts), startMs)?.sentence).toBe(
    'Unhealthy: http: connection refused by localhost:3000, starts again after a pause of 4 s',
  )
})
