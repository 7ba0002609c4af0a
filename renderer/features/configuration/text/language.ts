import { type Completion, type CompletionContext, type CompletionResult, snippet } from '@codemirror/autocomplete'
import { type Extension, StateEffect, StateField } from '@codemirror/state'
import { type EditorView, hoverTooltip, showTooltip, type Tooltip } from '@codemirror/view'
import type { Hover, Completion as Offered } from '../../../../contract/index.ts'
import { isAborted } from '../../../actions/index.ts'
import { client } from '../../../connection/index.ts'
import { offsetAt, placeAt } from './positions.ts'

/** What the agent is asked about a place: which file it is in, and all texts that it does not have. */
export interface Asked {
  file: string
  unsaved: Record<string, string>
  /** The line of the file that the shown text begins with, where that is not all of it. */
  firstLine?: number
}

/** What was typed may have to be put into its file first. */
export type Ask = () => Asked | Promise<Asked>

const quietly = <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch((error: unknown) => {
    // Help that does not come is no help; what is wrong with the agent is said by the panel's frame.
    if (!isAborted(error)) console.debug('No help from the agent:', error)
    return null
  })

/** What can stand at the cursor, from the agent's own schema. */
export const completionsOf =
  (asked: Ask) =>
  async (context: CompletionContext): Promise<CompletionResult | null> => {
    if (!context.explicit && !context.matchBefore(/[\w"$.{-]$/)) return null
    const abort = new AbortController()
    context.addEventListener('abort', () => abort.abort(), { onDocChange: true })
    const { file, unsaved, firstLine } = await asked()
    const { doc } = context.state
    const at = { file, ...placeAt(doc, context.pos, firstLine) }
    const answer = await quietly(client.language.complete({ unsaved, at }, { signal: abort.signal }))
    if (!answer?.range || answer.items.length === 0) return null
    const { range, items, incomplete } = answer
    return {
      from: offsetAt(doc, range, firstLine),
      to: offsetAt(doc, { line: range.endLine, column: range.endColumn }, firstLine),
      options: items.map(optionOf),
      ...(incomplete ? {} : { validFor: /^[\w-]*$/ }),
    }
  }

function optionOf({ label, kind, detail, help, insert }: Offered): Completion {
  return {
    label,
    type: kind,
    detail,
    info: () => helpElement({ title: label, detail: '', help }),
    // `$0` is where the cursor ends, which the editor writes as `${0}`.
    apply: /\$\{\d|\$0/.test(insert) ? snippet(insert.replaceAll('$0', '${0}')) : insert,
  }
}

function helpElement({ title, detail, help, value }: Pick<Hover, 'title' | 'detail' | 'help' | 'value'>): HTMLElement {
  const element = document.createElement('div')
  const name = element.appendChild(document.createElement('strong'))
  name.textContent = title
  if (detail !== '') element.appendChild(document.createElement('code')).textContent = detail
  if (help !== '') element.appendChild(document.createElement('p')).textContent = help
  if (value !== undefined) element.appendChild(document.createElement('p')).textContent = value
  return element
}

/** Help for what stands at a place, shown there. */
export async function helpAt(view: EditorView, offset: number, asked: Asked): Promise<Tooltip | null> {
  const { file, unsaved, firstLine } = asked
  const { doc } = view.state
  const at = { file, ...placeAt(doc, offset, firstLine) }
  const hover = (await quietly(client.language.hover({ unsaved, at })))?.hover
  if (!hover || doc !== view.state.doc) return null
  const { range } = hover
  return {
    pos: offsetAt(doc, range, firstLine),
    end: offsetAt(doc, { line: range.endLine, column: range.endColumn }, firstLine),
    above: true,
    create: () => {
      const dom = helpElement(hover)
      dom.className = 'cm-help'
      return { dom }
    },
  }
}

export const setHelp = StateEffect.define<Tooltip | null>()

/** Help that was asked for by the keyboard; it goes with the next key. */
const askedHelp = StateField.define<Tooltip | null>({
  create: () => null,
  update(tooltip, { docChanged, selection, effects }) {
    for (const effect of effects) if (effect.is(setHelp)) return effect.value
    return docChanged || selection ? null : tooltip
  },
  provide: (field) => showTooltip.from(field),
})

export const help = (asked: Ask): Extension => [
  askedHelp,
  hoverTooltip(async (view, offset) => helpAt(view, offset, await asked())),
]
