import { expect, test } from 'vitest'
import type { PlannedAction } from '../../contract/index.ts'
import { configurationOf } from '../config/fixtures/load.ts'
import type { Phase } from '../supervisor/index.ts'
import { followDependents } from './follow.ts'

/** What follows for services in these phases when the first of them are told to do something. */
async function follow(
  text: string,
  phases: Readonly<Record<string, Phase>>,
  first: Readonly<Record<string, PlannedAction['action']>>,
): Promise<Record<string, PlannedAction['action']>> {
  const after = await configurationOf(text)
  const plan = new Map(
    Object.entries(first).map(([service, action]) => [service, { service, action, because: ['it changed'] }]),
  )
  const known = new Map(
    Object.entries(phases).map(([instance, phase]) => [instance, { instance, service: instance, phase }]),
  )
  followDependents({ after, instancesOf: ({ name }) => [{ instance: name }] }, plan, known)
  return Object.fromEntries([...plan].map(([service, { action }]) => [service, action]))
}

const service = (name: string, needs?: string): string =>
  `service "${name}" {\n  command = "sleep 9"\n${needs === undefined ? '' : `  depends_on {\n    service = "${needs}"\n    restart = true\n  }\n`}}\n`

// The last one is written first: the order of the file is not the order of what follows.
const chain = service('c', 'b') + service('b', 'a') + service('a')

test('what depends on what restarts is restarted with it, and so on', async () => {
  const phases = { a: 'running', b: 'running', c: 'running' } as const
  expect(await follow(chain, phases, { a: 'restart' })).toEqual({ a: 'restart', b: 'restart', c: 'restart' })
})

test('what waits is started when all that it needs comes up', async () => {
  const phases = { a: 'stopped', b: 'waiting', c: 'waiting' } as const
  expect(await follow(chain, phases, { a: 'start' })).toEqual({ a: 'start', b: 'start', c: 'start' })
})

test('what is told to restart and has to wait for something brings no restart to others', async () => {
  const phases = { a: 'stopped', b: 'running', c: 'running' } as const
  expect(await follow(chain, phases, { b: 'restart' })).toEqual({ b: 'restart' })
})
