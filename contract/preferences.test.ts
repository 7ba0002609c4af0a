import { expect, test } from 'vitest'
import { readPreferences } from './preferences.ts'

test('what was never chosen has its default', () => {
  const chosen = readPreferences(undefined)
  expect(chosen).toMatchObject({ theme: 'system', density: 'comfortable', favourites: [], notifications: true })
  expect(chosen.logs).toEqual({ wrap: false, times: true, sources: true, levels: true })
})

test('a part that cannot be read takes nothing else with it', () => {
  const chosen = readPreferences({ theme: 'pink', density: 'compact', favourites: 'web', logs: { wrap: true } })
  expect(chosen).toMatchObject({ theme: 'system', density: 'compact', favourites: [] })
  expect(chosen.logs.wrap).toBe(true)
})

test.each([null, 5, 'text', []])('%j is no preference', (stored) => {
  expect(readPreferences(stored)).toEqual(readPreferences({}))
})

test('what was read can be stored and read again', () => {
  const chosen = readPreferences({ theme: 'dark', favourites: ['web', 'db#1'], groupBy: 'app' })
  expect(readPreferences(JSON.parse(JSON.stringify(chosen)))).toEqual(chosen)
})
