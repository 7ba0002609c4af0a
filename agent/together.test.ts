import { expect, it } from 'vitest'
import { eachAtOnce } from './together.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('does each once, in order, and no more at a time than is said', async () => {
  const begun: number[] = []
  let [open, mostOpen] = [0, 0]
  await eachAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (item, index) => {
    begun.push(item * 10 + index)
    mostOpen = Math.max(mostOpen, ++open)
    await turn()
    open--
  })
  expect(begun).toEqual([10, 21, 32, 43, 54, 65, 76])
  expect(mostOpen).toBe(3)
})

it('fails with the first that fails', async () => {
  const work = async (item: number): Promise<void> => {
    await turn()
    if (item === 2) throw new Error('two')
  }
  await expect(eachAtOnce([1, 2, 3], 2, work)).rejects.toThrow('two')
})
