import { expect, test } from 'vitest'
import { type DependencyView, dependencyStatus } from './dependencies.ts'
import { newUnit, type Unit } from './unit.ts'

const range = { file: 'a.hcl', line: 1, column: 1, endLine: 1, endColumn: 2 }

const unitIn = (phase: Unit['phase']): Unit => ({ ...newUnit('db', 'db', null, 0), phase, desired: 'up' })

function statusOf(phase: Unit['phase'], healthy: boolean | undefined, condition: 'healthy' | 'started') {
  const view: DependencyView = { type: 'service', enabled: true, instances: [unitIn(phase)], healthy }
  return dependencyStatus([{ service: 'db', condition, restart: false, range }], () => view)
}

test('"healthy" without probes means started', () => {
  expect(statusOf('running', undefined, 'healthy')).toEqual({ kind: 'met' })
  expect(statusOf('starting', undefined, 'healthy')).toEqual({ kind: 'pending', on: ['db'] })
  expect(statusOf('failed', undefined, 'healthy')).toEqual({ kind: 'blocked', on: ['db'], why: 'failed' })
})

test('"healthy" with probes waits for them, and "started" does not', () => {
  expect(statusOf('running', false, 'healthy')).toEqual({ kind: 'pending', on: ['db'] })
  expect(statusOf('running', true, 'healthy')).toEqual({ kind: 'met' })
  expect(statusOf('running', false, 'started')).toEqual({ kind: 'met' })
  expect(statusOf('completed', false, 'healthy')).toMatchObject({ kind: 'blocked' })
})
