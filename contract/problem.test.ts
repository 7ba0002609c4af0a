import { expect, test } from 'vitest'
import { correlationOf, errorOfProblem, problemOf } from './problem.ts'

test('an error and the problem that it is over REST name the same request', () => {
  const data = { reason: 'needed', correlationId: 'deploy-42' }
  const problem = problemOf({ code: 'CONFLICT', status: 409, message: 'Needed by web', data })
  expect(problem).toMatchObject({ correlationId: 'deploy-42', reason: 'needed', detail: 'Needed by web' })
  const error = errorOfProblem(JSON.parse(JSON.stringify(problem)))
  expect(error).toMatchObject({ code: 'CONFLICT', defined: true, message: 'Needed by web', data })
  expect(correlationOf(error)).toBe('deploy-42')
})

test('what has not come from an agent names no request', () => {
  expect(correlationOf(new Error('The agent does not answer'))).toBeUndefined()
  expect(correlationOf('The agent does not answer')).toBeUndefined()
})
