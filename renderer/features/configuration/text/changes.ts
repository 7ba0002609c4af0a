import { Chunk } from '@codemirror/merge'
import {
  type EditorState,
  type Extension,
  type Range,
  RangeSet,
  StateEffect,
  StateField,
  type Text,
} from '@codemirror/state'
import { GutterMarker, gutter } from '@codemirror/view'

/** A difference that takes longer to find is told by whole lines. */
const exactness = { scanLimit: 500, timeout: 50 }

/** What the file says on disk, from which changes are told. */
export const setBase = StateEffect.define<Text>()

interface Changes {
  base: Text
  chunks: readonly Chunk[]
}

const changes = StateField.define<Changes>({
  create: ({ doc }) => ({ base: doc, chunks: [] }),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setBase)) continue
      const { doc } = transaction.state
      return { base: effect.value, chunks: effect.value.eq(doc) ? [] : Chunk.build(effect.value, doc, exactness) }
    }
    if (!transaction.docChanged) return value
    // Only what is around the change is compared again, however long the file is.
    const { base, chunks } = value
    return { base, chunks: Chunk.updateB(chunks, base, transaction.state.doc, transaction.changes, exactness) }
  },
})

export const isChanged = (state: EditorState): boolean => {
  const { base, chunks } = state.field(changes)
  return chunks.length > 0 || base.length !== state.doc.length
}

class ChangeMark extends GutterMarker {
  override readonly elementClass: string
  constructor(kind: string) {
    super()
    this.elementClass = `cm-change-${kind}`
  }
}
const added = new ChangeMark('added')
const changed = new ChangeMark('changed')
const removed = new ChangeMark('removed')

/** The kind of each changed line that is in sight. */
function marksIn(state: EditorState, from: number, to: number): RangeSet<GutterMarker> {
  const marks: Range<GutterMarker>[] = []
  for (const chunk of state.field(changes).chunks) {
    if (chunk.endB < from) continue
    if (chunk.fromB > to) break
    if (chunk.fromB === chunk.toB) {
      marks.push(removed.range(state.doc.lineAt(Math.min(chunk.fromB, state.doc.length)).from))
      continue
    }
    const kind = chunk.fromA === chunk.toA ? added : changed
    for (let at = Math.max(chunk.fromB, from); at <= Math.min(chunk.endB, to); ) {
      const line = state.doc.lineAt(at)
      marks.push(kind.range(line.from))
      at = line.to + 1
    }
  }
  return RangeSet.of(marks, true)
}

/** An edge at each line that differs from the file on disk. */
export const changeMarks: Extension = [
  changes,
  gutter({
    class: 'cm-changes',
    markers: ({ state, viewport }) => marksIn(state, viewport.from, viewport.to),
  }),
]
