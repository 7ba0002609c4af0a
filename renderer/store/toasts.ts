import { create } from 'zustand'
import { correlationOf, messageOf } from '../../contract/index.ts'

export interface ToastAction {
  label: string
  run: () => void
}

export interface Toast {
  id: number
  tone: 'failed' | 'done'
  title: string
  text: string
  /** What the agent calls the request that failed. */
  operation?: string | undefined
  at: number
  actions: readonly ToastAction[]
  /** How long it is shown; null until a person has read it. */
  forMs: number | null
}

/** More would hide the page; the oldest goes first. */
const mostToasts = 4
const doneForMs = 4_000
/** One has to notice, read and reach the button. */
const undoForMs = 10_000

export const useToasts = create<{ items: readonly Toast[] }>()(() => ({ items: [] }))
let lastId = 0

function add(toast: Omit<Toast, 'id' | 'at'>): void {
  const id = ++lastId
  useToasts.setState(({ items }) => {
    const others = items.filter(({ title, text }) => title !== toast.title || text !== toast.text)
    return { items: [...others, { ...toast, id, at: Date.now() }].slice(-mostToasts) }
  })
}

export function dismissToast(id: number): void {
  useToasts.setState(({ items }) => ({ items: items.filter((item) => item.id !== id) }))
}

/** An error stays until it has been read. `why` is in words, or what was thrown. */
export function showError(title: string, why: unknown, actions: readonly ToastAction[] = []): void {
  add({ tone: 'failed', title, text: messageOf(why), operation: correlationOf(why), actions, forMs: null })
}

export function showDone(title: string, text = ''): void {
  add({ tone: 'done', title, text, actions: [], forMs: doneForMs })
}

/** What was done and can be taken back for a while: "Stopped web-app · Undo". */
export function showUndo(title: string, undo: () => void): void {
  add({ tone: 'done', title, text: '', actions: [{ label: 'Undo', run: undo }], forMs: undoForMs })
}
