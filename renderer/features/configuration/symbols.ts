import { diff } from '@codemirror/merge'
import type { EditorView } from '@codemirror/view'
import type { TextEdit } from '../../../contract/index.ts'
import { client } from '../../connection/index.ts'
import { showDone, showError, unsavedOf, useEdits } from '../../store/index.ts'
import { change, currentView, flush, openDocument } from './documents.ts'
import { goTo } from './open.ts'
import { now, set } from './store.ts'
import { check } from './sync.ts'
import { helpAt, setHelp } from './text/language.ts'
import { offsetAt, placeAt } from './text/positions.ts'

/** The place of the cursor, or another offset, as the agent is asked about it. */
function question(offset?: number) {
  const view = currentView()
  const file = now().current
  if (!view || file === null) return null
  flush()
  const { doc, selection } = view.state
  return { unsaved: unsavedOf(useEdits.getState().files), at: { file, ...placeAt(doc, offset ?? selection.main.head) } }
}

async function ask<T>(
  what: string,
  answer: (asked: NonNullable<ReturnType<typeof question>>) => Promise<T>,
  offset?: number,
) {
  const asked = question(offset)
  if (!asked) return null
  try {
    return await answer(asked)
  } catch (error) {
    showError(what, error)
    return null
  }
}

/** Goes to where the name under the cursor is declared; with several places they are listed. */
export async function goToDefinition(offset?: number): Promise<void> {
  const answer = await ask('No definition', (asked) => client.language.definition(asked), offset)
  const [first, ...others] = answer?.items ?? []
  if (!first) {
    if (answer) showDone('No definition here', 'The cursor is not on a name that is declared in these files.')
    return
  }
  if (others.length > 0) set({ found: { title: 'Definitions', items: [first, ...others] } })
  else await goTo(first)
}

/** Lists where the name under the cursor is used. */
export async function findReferences(): Promise<void> {
  const answer = await ask('No references', (asked) => client.language.references(asked))
  if (!answer) return
  if (answer.items.length === 0) showDone('No references', 'Nothing in these files uses a name at the cursor.')
  else set({ found: { title: 'References', items: answer.items } })
}

/** The word under the cursor, which a rename begins with. */
export function nameAtCursor(): string {
  const view = currentView()
  const head = view?.state.selection.main.head ?? 0
  const line = view?.state.doc.lineAt(head)
  if (!line) return ''
  const before = /[\w.-]*$/.exec(line.text.slice(0, head - line.from))?.[0] ?? ''
  const after = /^[\w.-]*/.exec(line.text.slice(head - line.from))?.[0] ?? ''
  const word = before + after
  return word.slice(word.lastIndexOf('.') + 1)
}

/** Renames what is under the cursor in every file. Why it was refused, in words or as it was thrown, or null. */
export async function renameTo(to: string): Promise<unknown> {
  const asked = question()
  if (!asked) return 'There is no name at the cursor'
  try {
    const { edits, refused } = await client.language.rename({ ...asked, to })
    if (refused !== undefined) return refused
    const files = await applyEdits(edits)
    showDone(
      `Renamed to ${to}`,
      `${edits.length} places in ${files} ${files === 1 ? 'file' : 'files'}, not applied yet.`,
    )
    return null
  } catch (error) {
    return error
  }
}

async function applyEdits(edits: readonly TextEdit[]): Promise<number> {
  const names = [...new Set(edits.map(({ file }) => file))]
  for (const name of names) await openDocument(name)
  for (const name of names) {
    const own = edits.filter(({ file }) => file === name)
    change(name, ({ doc }) => ({
      changes: own.map((edit) => ({
        from: offsetAt(doc, edit),
        to: offsetAt(doc, { line: edit.endLine, column: edit.endColumn }),
        insert: edit.text,
      })),
    }))
  }
  await check()
  return names.length
}

export async function showHelp(view: EditorView): Promise<void> {
  const asked = question()
  if (!asked) return
  const help = await helpAt(view, view.state.selection.main.head, { file: asked.at.file, unsaved: asked.unsaved })
  if (help) view.dispatch({ effects: setHelp.of(help) })
}

/** Lays out the file that is shown as `hxe config fmt` would, in as few changes as leave the cursor where it is. */
export async function formatCurrent(): Promise<void> {
  const name = now().current
  const view = currentView()
  if (name === null || !view) return
  const before = view.state.doc
  try {
    const { text, problem } = await client.language.format({ name, text: view.state.sliceDoc() })
    if (problem) {
      const { line, column, message } = problem
      await goTo({ file: name, line, column })
      showError('Not formatted', `Line ${line}: ${message} Mend it first.`)
    } else if (text !== undefined && view.state.doc.eq(before)) {
      const after = view.state.toText(text)
      const differences = diff(before.toString(), after.toString(), { scanLimit: 500 })
      change(name, {
        changes: differences.map(({ fromA, toA, fromB, toB }) => ({
          from: fromA,
          to: toA,
          insert: after.slice(fromB, toB),
        })),
      })
    }
  } catch (error) {
    showError('Not formatted', error)
  }
}
