import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outdated } from './tasks.ts'

const limits = { count: 3, ageMs: 1000 }

test('the newest tasks are kept, as many as are allowed, and no older ones than that', () => {
  const ended = [5, 1, 4, 2, 3].map((at) => ({ name: `run-${at}`, endedAtMs: at * 100 }))
  expect(outdated(ended, 600, limits)).toEqual(['run-2', 'run-1'])
  expect(outdated(ended, 1400, limits)).toEqual(['run-4', 'run-3', 'run-2', 'run-1'])
  expect(outdated([], 0, limits)).toEqual([])
})

test('what is kept is never more, nor older, than is allowed, and nothing newer is forgotten before it', () => {
  const tasks = fc.array(fc.nat(3000), { maxLength: 20 })
  fc.assert(
    fc.property(tasks, fc.nat(4000), (times, nowMs) => {
      const ended = times.map((endedAtMs, index) => ({ name: String(index), endedAtMs }))
      const gone = new Set(outdated(ended, nowMs, limits))
      const kept = ended.filter(({ name }) => !gone.has(name)).map(({ endedAtMs }) => endedAtMs)
      const lost = ended.filter(({ name }) => gone.has(name)).map(({ endedAtMs }) => endedAtMs)
      expect(kept.length).toBeLessThanOrEqual(limits.count)
      for (const atMs of kept) expect(nowMs - atMs).toBeLessThan(limits.ageMs)
      if (kept.length > 0) for (const atMs of lost) expect(atMs).toBeLessThanOrEqual(Math.min(...kept))
    }),
  )
})
