import type { Completion, Completions, TextPlace } from '../../../../contract/index.ts'
import type { Span } from '../../syntax/source.ts'
import { cursorAt } from '../cursor.ts'
import { typeWithin } from '../types.ts'
import { offsetOf, rangeOf, type Workspace } from '../workspace.ts'
import type { Asked, Found } from './asked.ts'
import { completeExpression } from './expressions.ts'
import { completeItem } from './items.ts'
import { completeKey, completeLabel } from './names.ts'
import { completeText } from './texts.ts'

/** Answers longer than this help nobody: one types on. */
const maxItems = 250

/** What can stand at a place, the most likely first. */
export function completionsAt(workspace: Workspace, at: TextPlace): Completions {
  const file = workspace.files.find(({ name }) => name === at.file)
  if (file === undefined) return nothing
  const offset = offsetOf(file.source, at)
  const { frames, spot } = cursorAt(file.source.text, offset)
  const frame = frames.at(-1)
  if (spot === undefined || frame === undefined) return nothing
  const schema =
    'attribute' in spot && frame.schema !== undefined && Object.hasOwn(frame.schema.attributes, spot.attribute)
      ? frame.schema.attributes[spot.attribute]
      : undefined
  const type = schema !== undefined && 'nesting' in spot ? typeWithin(schema.type, spot.nesting) : undefined
  const asked: Asked = { workspace, file, offset, frames, frame, schema, type }
  const span: Span = { start: spot.start, end: Math.max(spot.end, offset) }
  const found = itemsFor(spot, asked)
  const from = found.from ?? span.start
  const typed = file.source.text.slice(from, offset)
  const whole = file.source.text.slice(from, span.end)
  // A name that stands nowhere but here is no offer.
  const others = found.items.filter(({ kind, label }) => kind !== 'name' || label !== whole)
  const matching = ranked(others, typed)
  return {
    range: rangeOf(file, { start: from, end: span.end }),
    items: matching.slice(0, maxItems),
    incomplete: matching.length > maxItems,
  }
}

const nothing: Completions = { range: null, items: [], incomplete: false }

function itemsFor(spot: NonNullable<ReturnType<typeof cursorAt>['spot']>, asked: Asked): Found {
  switch (spot.kind) {
    case 'item':
      return { items: completeItem(spot, asked) }
    case 'label':
      return { items: completeLabel(spot, asked) }
    case 'key':
      return { items: completeKey(spot, asked) }
    case 'text':
      return { items: completeText(spot, asked) }
    case 'expression':
      return completeExpression(spot, asked)
  }
}

/** What begins as typed comes first, then what has it somewhere; otherwise the order is kept. */
function ranked(items: readonly Completion[], typed: string): Completion[] {
  const wanted = typed.toLowerCase()
  if (wanted === '') return [...items]
  const first: Completion[] = []
  const second: Completion[] = []
  for (const item of items) {
    const at = item.label.toLowerCase().replace(/^"/, '').indexOf(wanted.replace(/^"/, ''))
    if (at === 0) first.push(item)
    else if (at > 0) second.push(item)
  }
  return [...first, ...second]
}
