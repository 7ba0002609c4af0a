import { EditorView } from '@codemirror/view'
import type { TextPlace } from '../../../contract/index.ts'
import { askPerson, editOf, setEdit, showError, useEdits } from '../../store/index.ts'
import { change, currentView, flush, forget, openDocument, showDocument, stateOf } from './documents.ts'
import { closed, fileNames, nameOf, opened } from './state.ts'
import { now, set } from './store.ts'
import { check, showProblems } from './sync.ts'
import { offsetAt } from './text/positions.ts'

/** Opens a file in a tab of its own and shows it. */
export async function openFile(name: string): Promise<boolean> {
  try {
    await openDocument(name)
  } catch (error) {
    showError(`${name} was not opened`, error)
    return false
  }
  set({ ...opened(now(), name), mode: 'edit' })
  showDocument(name)
  showProblems()
  return true
}

/** Opens a file at a place, with the keyboard there. */
export async function goTo({ file, line, column }: TextPlace): Promise<void> {
  const { folder, files } = now()
  const name = nameOf(file, folder ?? '', fileNames(files, useEdits.getState().files))
  if (!(await openFile(name))) return
  const state = stateOf(name)
  if (!state) return
  const anchor = offsetAt(state.doc, { line, column })
  change(name, { selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) })
  currentView()?.focus()
}

/** Closes a tab. What is edited in it stays edited; the tree shows that. */
export function closeFile(name: string): void {
  flush()
  const next = closed(now(), name)
  set(next)
  showDocument(next.current)
  if (!editOf(name)) forget(name)
}

/** A new file is an edit like any other until it is applied. */
export function newFile(name: string): void {
  setEdit(name, { base: null, hash: null, text: '' })
  void openFile(name).then(() => {
    currentView()?.focus()
    void check()
  })
}

/** Takes a file away when the change is applied; until then it can be had back. */
export async function takeAway(name: string): Promise<void> {
  const edit = editOf(name)
  if (edit?.base === null) return putBack(name)
  const choice = await askPerson({
    title: `Take ${name} away?`,
    text: 'It goes when the change is applied, and its services with it. The history keeps what it said.',
    choices: [{ id: 'yes', label: 'Take it away', look: 'danger' }],
  })
  if (choice === null) return
  await openDocument(name)
  const file = stateOf(name)
  flush()
  const known = editOf(name) ?? { base: file?.sliceDoc() ?? '', hash: hashOf(name) }
  closeFile(name)
  forget(name)
  setEdit(name, { base: known.base, hash: known.hash, text: null })
  void check()
}

const hashOf = (name: string): string | null => now().files.find((file) => file.name === name)?.hash ?? null

/** Makes a file be again what it is on disk. It can be undone while its tab is open. */
export function putBack(name: string): void {
  flush()
  const edit = editOf(name)
  if (!edit) return
  const { [name]: _, ...conflicts } = now().conflicts
  set({ conflicts })
  setEdit(name, null)
  const { base } = edit
  if (base === null) {
    closeFile(name)
    forget(name)
  } else if (stateOf(name)) change(name, ({ doc }) => ({ changes: { from: 0, to: doc.length, insert: base } }))
  flush()
  void check()
}

/** The same text under another name: the old file goes and the new one comes in one step. */
export async function renameFile(name: string, to: string): Promise<void> {
  await openDocument(name)
  flush()
  const edit = editOf(name)
  const text = stateOf(name)?.sliceDoc() ?? ''
  const old = edit ?? { base: text, hash: hashOf(name) }
  closeFile(name)
  forget(name)
  setEdit(name, old.base === null ? null : { base: old.base, hash: old.hash, text: null })
  setEdit(to, { base: null, hash: null, text })
  await openFile(to)
  void check()
}

/** Gives up edits, after asking. */
export async function discard(): Promise<void> {
  flush()
  const names = Object.keys(useEdits.getState().files).sort()
  const { current } = now()
  const own = current !== null && names.includes(current) && names.length > 1 ? current : null
  const choice = await askPerson({
    title: names.length === 1 ? `Discard what you changed in ${names[0]}?` : `Discard ${names.length} edits?`,
    text: 'What is on disk and what runs stay as they are.',
    hit: names.map((name) => ({ name, note: noteOf(name) })),
    choices: [
      ...(own === null ? [] : [{ id: 'own', label: `Only ${own}` }]),
      { id: 'all', label: names.length === 1 ? 'Discard' : `Discard all ${names.length}`, look: 'danger' as const },
    ],
  })
  if (choice === null) return
  for (const name of choice === 'own' && own !== null ? [own] : names) putBack(name)
}

function noteOf(name: string): string {
  const edit = editOf(name)
  if (edit?.base === null) return 'new'
  return edit?.text === null ? 'to be taken away' : 'edited'
}
