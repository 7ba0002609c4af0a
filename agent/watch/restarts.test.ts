import { expect, it } from 'vitest'
import { changeText, oneMore } from './restarts.ts'

it('takes many restarts within a minute for a loop, and as many over a longer time for work', () => {
  const after = (gapMs: number): boolean => {
    let timesMs: readonly number[] = []
    let loops = false
    for (let count = 0; count < 20; count++) {
      const next = oneMore(timesMs, count * gapMs)
      timesMs = next.timesMs
      loops ||= next.isLoop
    }
    return loops
  }
  expect([after(1_000), after(10_000)]).toEqual([true, false])
})

it('names the file that changed, before the folder that it is in', () => {
  const folders = new Set(['/app', '/app/src'])
  expect(changeText(['/app/src/a.js'], folders, '/app')).toBe('src/a.js changed')
  expect(changeText(['/app/src', '/app/src/a.js', '/app/src/b.js'], folders, '/app')).toBe(
    'src/a.js and 1 more changed',
  )
  expect(changeText(['/app/src'], folders, '/app')).toBe('src changed')
})
