import type { StreamState } from './recovery.ts'

/**
 * A spool that has been moved so far is shortened. Its holes take no room, but a file may not be longer than its file
 * system allows, 16 TiB on ext4, and its writer would fail there.
 */
export const collapseAboveBytes = 2 ** 40

/**
 * File systems take out whole blocks only, and this is a multiple of every block. Never to be changed: how much was taken
 * out follows from where a spool had been read to, and an agent of another version has to come to the same.
 */
export const alignBytes = 1 << 20
export const markBytes = 64

/** How much can be taken out of the front of a spool that was moved up to `offset`, room for the mark left; 0 for not yet. */
export function collapsibleBytes(offset: number, aboveBytes: number): number {
  if (offset < aboveBytes) return 0
  return Math.max(0, Math.floor((offset - markBytes) / alignBytes) * alignBytes)
}

type Place = Pick<StreamState, 'runId' | 'spoolOffset'>

/**
 * What is written right behind the part that goes, where all has been moved, so that it is at the very beginning of the
 * file as soon as that part is gone, and not before: there are zeros.
 */
export function markOf({ runId, spoolOffset }: Place): Buffer {
  const mark = Buffer.alloc(markBytes)
  mark.write(`hxe: shortened ${runId} ${spoolOffset}\n`, 'latin1')
  return mark
}

/** Where a spool is read on whose shortening was begun and maybe done, by what its first bytes are. */
export function offsetAfter(place: Place, head: Buffer): number {
  const isDone = head.equals(markOf(place))
  return isDone ? place.spoolOffset - collapsibleBytes(place.spoolOffset, 0) : place.spoolOffset
}
