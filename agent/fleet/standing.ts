/** How far the events of this host have got: what it has written down, and what its last message in the stream says. */
export interface Standing {
  /** Which of its histories. */
  epoch: string
  /** Of the last event that was told. */
  seq: number
  /** How many were told in that history. */
  count: number
  /** The place of the last message in the stream, which the next one names. */
  streamSeq: number
}

export type NextStep =
  /** From there on. */
  | { kind: 'on'; from: Standing }
  /** All that is kept here and is as new as the stream reaches back. */
  | { kind: 'again'; streamSeq: number; reason: string }
  /** Another history, from the next event on. */
  | { kind: 'anew'; streamSeq: number; reason: string }

/**
 * Where to go on, by what this host has written down as acknowledged and by what the stream has of it. The stream may
 * have been set back to an earlier day, or begun anew; so may the store of this host have been.
 */
export function whereToGoOn(sent: Standing, found: Standing | undefined, nextSeq: number): NextStep {
  const streamSeq = found?.streamSeq ?? 0
  if (sent.count === 0) return { kind: 'again', streamSeq, reason: 'nothing was told yet' }
  if (!found) return { kind: 'again', streamSeq, reason: 'the stream has nothing of this host any more' }
  if (found.epoch === sent.epoch)
    return found.seq >= nextSeq
      ? { kind: 'anew', streamSeq, reason: 'the stream knows more of this host than its own store, which was set back' }
      : { kind: 'on', from: found }
  // Another history of this host is the last in the stream: it was told after ours, or ours was lost from behind it.
  return streamSeq > sent.streamSeq
    ? { kind: 'on', from: { ...sent, streamSeq } }
    : { kind: 'again', streamSeq, reason: 'the stream was set back to before this history' }
}
