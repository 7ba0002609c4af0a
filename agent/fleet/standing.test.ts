import { expect, it } from 'vitest'
import { type Standing, whereToGoOn } from './standing.ts'

const sent: Standing = { epoch: 'a', seq: 50, count: 40, streamSeq: 900 }
const step = (found: Partial<Standing> | undefined, own: Partial<Standing> = {}, nextSeq = 61) => {
  const next = whereToGoOn({ ...sent, ...own }, found && { ...sent, ...found }, nextSeq)
  return next.kind === 'on' ? next.from : next.kind
}

it.each([
  ['goes on behind what the stream has last', step({}), sent],
  [
    'goes back where the stream was set back',
    step({ seq: 30, count: 20, streamSeq: 400 }),
    { ...sent, seq: 30, count: 20, streamSeq: 400 },
  ],
  [
    'leaves out what arrived without its being known',
    step({ seq: 60, count: 50, streamSeq: 950 }),
    { ...sent, seq: 60, count: 50, streamSeq: 950 },
  ],
  ['tells all again where the stream has nothing of it', step(undefined), 'again'],
  ['tells all where it has told nothing yet', step(undefined, { count: 0, seq: 0 }), 'again'],
  ['tells all where an older history is there and this one is not', step({ epoch: 'old', streamSeq: 800 }), 'again'],
  [
    'goes on with its own history behind another one',
    step({ epoch: 'other', streamSeq: 990 }),
    { ...sent, streamSeq: 990 },
  ],
  ['begins another history where its own store was set back', step({ seq: 61, count: 51 }), 'anew'],
])('a host %s', (_what, is, expected) => {
  expect(is).toEqual(expected)
})
