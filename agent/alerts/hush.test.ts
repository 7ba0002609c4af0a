import { expect, test } from 'vitest'
import { windowView } from './hush.ts'

test('a maintenance window says in words how long it is', () => {
  const when = { schedule: '0 3 * * *', durationMs: 5_400_000, timezone: 'Europe/Berlin' }
  const view = windowView({ name: 'night', match: {}, range: { file: 'a.hcl', line: 1 }, when }, 0, () => undefined)
  expect(view.text).toBe('at "0 3 * * *" for 1 h 30 min (Europe/Berlin)')
})
