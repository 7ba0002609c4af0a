import { describe, expect, it } from 'vitest'
import { afterLook, longestMs, type Settling, settleMs } from './settle.ts'

/** Looks every 100 ms at what each picture of the list shows; the acts in order, and what was judged. */
function follow(pictures: readonly string[], judged = 'before'): { acts: string[]; judged: string[] } {
  const acts: string[] = []
  const seenAtJudgement: string[] = []
  let settling: Settling | undefined
  let last = judged
  for (const [index, seen] of pictures.entries()) {
    const step = afterLook(settling, { judged: last, seen, atMs: index * 100, neededMs: settleMs })
    acts.push(step.act)
    if (step.act === 'rest') settling = undefined
    else settling = step.settling
    if (step.act !== 'judge') continue
    seenAtJudgement.push(seen)
    last = seen
    settling = undefined
  }
  return { acts, judged: seenAtJudgement }
}

describe('a change', () => {
  it('is judged when it has been quiet for long enough', () => {
    expect(follow(['a', 'a', 'a', 'a', 'a']).acts).toEqual(['look', 'look', 'look', 'judge', 'rest'])
  })

  it('begins to be quiet anew with every write', () => {
    expect(follow(['a', 'a', 'b', 'b', 'b', 'c', 'c', 'c', 'c']).judged).toEqual(['c'])
  })

  it('is none when it has been undone', () => {
    expect(follow(['a', 'a', 'before', 'before']).acts).toEqual(['look', 'look', 'rest', 'rest'])
  })

  it('that never ends is judged after a bounded time, and then again', () => {
    const looks = (2 * longestMs) / 100 + 10
    const { judged } = follow(Array.from({ length: looks }, (_, index) => String(index)))
    expect(judged.length).toBe(1 + 1)
  })

  it('can be asked for more quiet', () => {
    const look = (settling: Settling | undefined, atMs: number) =>
      afterLook(settling, { judged: undefined, seen: 'a', atMs, neededMs: settleMs })
    const first = look(undefined, 0)
    if (first.act === 'rest') throw new Error('there is a change')
    const patient = { ...first.settling, neededMs: 2_000 }
    expect(look(patient, 1_900).act).toBe('look')
    expect(look(patient, 2_000)).toMatchObject({ act: 'judge', quietMs: 2_000, overdue: false })
  })
})
