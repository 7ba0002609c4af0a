import { setFlagsFromString } from 'node:v8'
import { app } from 'electron'

/** V8 would mark with as many threads as there are cores, and leave none of two to what draws the window. */
const oneMarker = '--concurrent-marking-max-worker-num=1'

/** How the page's process is to collect, beside what the command line asks for; before Electron is ready. */
export function tunePageHeap(): void {
  const { commandLine } = app
  commandLine.appendSwitch('js-flags', `${commandLine.getSwitchValue('js-flags')} ${oneMarker}`.trimStart())
}

/**
 * How this process is to collect; as soon as Electron is ready: before that Chromium would set it otherwise, and some
 * seconds later V8 may be in the middle of what this takes away.
 *
 * Eight seconds after V8 has collected all it would do so twice more to give memory back: each halts this process for 20
 * to 100 ms, and shrinks the limit of the heap until every sweep of the metrics makes it collect again.
 * `--no-memory-reducer` is looked at only when a heap is made, this whenever such a collection is planned.
 */
export function tuneOwnHeap(): void {
  setFlagsFromString('--memory-reducer-gc-count=0')
  setFlagsFromString(oneMarker)
}
