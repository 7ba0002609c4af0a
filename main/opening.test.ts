import { expect, it } from 'vitest'
import { createOpening } from './opening.ts'

/** Time that passes when it is told to. */
function clockByHand() {
  let nowMs = 0
  let timers: { atMs: number; run: () => void }[] = []
  return {
    monotonicMs: () => nowMs,
    after(delayMs: number, run: () => void) {
      const timer = { atMs: nowMs + delayMs, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((each) => each !== timer)
      }
    },
    pass(ms: number) {
      nowMs += ms
      const due = timers.filter(({ atMs }) => atMs <= nowMs)
      timers = timers.filter(({ atMs }) => atMs > nowMs)
      for (const { run } of due) run()
    },
  }
}

/** Whether it is kept, once all that can happen without time has happened. */
async function isKept(promise: Promise<void> | undefined): Promise<boolean> {
  let kept = false
  void promise?.then(() => {
    kept = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return kept
}

it('keeps no start where no window opens', () => {
  expect(createOpening(clockByHand()).giveWay()).toBeUndefined()
})

it('holds starts until the page is drawn, lets them pause for a moment, and then holds none', async () => {
  const clock = clockByHand()
  const opening = createOpening(clock)
  opening.begin()
  const first = opening.giveWay()
  expect(await isKept(first)).toBe(false)
  opening.drawn()
  expect(await isKept(first)).toBe(true)
  const second = opening.giveWay()
  expect(await isKept(second)).toBe(false)
  clock.pass(3)
  expect(await isKept(second)).toBe(true)
  clock.pass(1_500)
  expect(opening.giveWay()).toBeUndefined()
})

it('waits for no page longer than a second', async () => {
  const clock = clockByHand()
  const opening = createOpening(clock)
  opening.begin()
  const first = opening.giveWay()
  clock.pass(999)
  expect(await isKept(first)).toBe(false)
  clock.pass(1)
  expect(await isKept(first)).toBe(true)
})
