import { EditorState, type StateEffect, type TransactionSpec } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { Edit } from '../../../contract/index.ts'
import { client } from '../../connection/index.ts'
import { editOf, setEdit, unsavedOf, useEdits } from '../../store/index.ts'
import { now, set } from './store.ts'
import { isChanged, setBase } from './text/changes.ts'
import { placeAt } from './text/positions.ts'
import { editing, lineBreaksOf } from './text/setup.ts'

/** Typing comes in bursts; what is asked and kept after each is asked and kept once. */
const pauseMs = 200

interface Document {
  state: EditorState
  /** The hash that the text on disk had when it was read; null where there is no file. */
  hash: string | null
  base: string | null
  scrolled?: StateEffect<unknown>
}

/** What is open, each with its own history of undo, also while another page is shown. */
const documents = new Map<string, Document>()
let view: EditorView | undefined
let shown: string | undefined

const listeners = new Set<() => void>()

/** Told when a person has stopped typing. */
export function onEdited(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** The files that are open, with the hashes that they were read with. */
export const readHashes = (): Map<string, string | null> =>
  new Map([...documents].map(([name, { hash }]) => [name, hash]))

export const stateOf = (name: string): EditorState | undefined =>
  name === shown && view ? view.state : documents.get(name)?.state

const textOf = (state: EditorState): string => state.sliceDoc()

function stateFor(name: string, text: string, base: string | null): EditorState {
  const state = EditorState.create({
    doc: text,
    extensions: [
      lineBreaksOf(base ?? text),
      editing({
        label: 'Configuration editor',
        about: name,
        asked: () => ({ file: name, unsaved: unsavedNow() }),
        onUpdate({ docChanged, selectionSet, state: after }) {
          if (docChanged) editSoon(name)
          if (docChanged || selectionSet) set({ cursor: placeAt(after.doc, after.selection.main.head) })
        },
      }),
    ],
  })
  return base === text ? state : state.update({ effects: setBase.of(state.toText(base ?? '')) }).state
}

async function readFile(name: string): Promise<Edit> {
  const { text, hash } = await client.language.read({ name })
  return { text, base: text, hash }
}

/** Reads a file, unless it is there already, with what is edited of it. */
export async function openDocument(name: string): Promise<void> {
  if (documents.has(name)) return
  const file = editOf(name) ?? (await readFile(name))
  if (documents.has(name)) return
  documents.set(name, { state: stateFor(name, file.text ?? '', file.base), hash: file.hash, base: file.base })
}

/** Changes a text as a person would, so that it can be undone. */
export function change(name: string, spec: TransactionSpec | ((state: EditorState) => TransactionSpec)): void {
  const state = stateOf(name)
  const document = documents.get(name)
  if (!state || !document) return
  const given = typeof spec === 'function' ? spec(state) : spec
  if (name === shown && view) view.dispatch(given)
  else {
    const transaction = state.update(given)
    document.state = transaction.state
    if (transaction.docChanged) noteEdit(name)
  }
}

/** The whole text, in as few changes as the undo of it needs. */
export const replaceText = (name: string, text: string): void =>
  change(name, (state) => ({ changes: { from: 0, to: state.doc.length, insert: text } }))

/** Gives a file a text that was made elsewhere, as an edit that can be undone in the editor. */
export async function putText(name: string, text: string): Promise<void> {
  await openDocument(name)
  replaceText(name, text)
  flush()
}

/** What a file says on disk from now on; where nobody has edited it, that is shown. */
export function rebase(name: string, base: string | null, hash: string | null): void {
  const document = documents.get(name)
  if (!document) return
  document.hash = hash
  document.base = base
  change(name, (state) => ({ effects: setBase.of(state.toText(base ?? '')) }))
}

const waiting = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined

function editSoon(name: string): void {
  waiting.add(name)
  clearTimeout(timer)
  timer = setTimeout(flush, pauseMs)
}

/** Takes over what was typed a moment ago. */
export function flush(): void {
  clearTimeout(timer)
  const names = [...waiting]
  waiting.clear()
  for (const name of names) noteEdit(name)
  if (names.length > 0) for (const listener of listeners) listener()
}

export function noteEdit(name: string): void {
  const document = documents.get(name)
  const state = stateOf(name)
  if (!document || !state) return
  const { base, hash } = document
  setEdit(name, base === null || isChanged(state) ? { base, hash, text: textOf(state) } : null)
}

/** All texts that the agent does not have, to the last letter. */
function unsavedNow(): Record<string, string> {
  flush()
  return unsavedOf(useEdits.getState().files)
}

export function forget(name: string): void {
  waiting.delete(name)
  if (name !== shown) documents.delete(name)
}

/** Whether there is something typed that the agent has not judged yet. */
export const isTyping = (): boolean => waiting.size > 0

/** Shows a document that is open in this view, with what there was of another kept. */
export function showDocument(name: string | null): void {
  keepShown()
  const document = name === null ? undefined : documents.get(name)
  if (!view || !document || name === null) return
  shown = name
  view.setState(document.state)
  if (document.scrolled) view.dispatch({ effects: document.scrolled })
  set({ cursor: placeAt(view.state.doc, view.state.selection.main.head) })
}

function keepShown(): void {
  const document = shown === undefined ? undefined : documents.get(shown)
  if (view && document) {
    document.state = view.state
    document.scrolled = view.scrollSnapshot()
  }
  shown = undefined
}

/** Makes texts whose edits were discarded elsewhere be again what is on disk. */
export function dropStale(): void {
  flush()
  for (const [name, { base }] of documents) {
    const state = stateOf(name)
    if (base !== null && state && isChanged(state) && !editOf(name)) replaceText(name, base)
  }
}

/** Whose view shows documents from now on; returns what ends that. */
export function attachView(next: EditorView): () => void {
  view = next
  return () => {
    flush()
    keepShown()
    if (view === next) view = undefined
  }
}

export const currentView = (): EditorView | undefined => (shown === now().current ? view : undefined)
