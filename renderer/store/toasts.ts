import { create } from 'zustand'

export interface ToastAction {
  label: string
  run: () => void
}

export interface Toast {
  id: number
  tone: 'failed' | 'done'
  title: string
  text: string
  at: number
  actions: readonly ToastAction[]
}

/** More would hide the page; the oldest goes first. */
const mostToasts = 5
const doneForMs = 4_000

export const useToasts = create<{ items: readonly Toast[] }>()(() => ({ items: [] }))
let lastId = 0

function add(toast: Omit<Toast, 'id' | 'at'>): number {
  const id = ++lastId
  useToasts.setState(({ items }) => {
    const others = items.filter(({ title, text }) => title !== toast.title || text !== toast.text)
    return { items: [...others, { ...toast, id, at: Date.now() }].slice(-mostToasts) }
  })
  return id
}

export function dismissToast(id: number): void {
  useToasts.setState(({ items }) => ({ items: items.filter((item) => item.id !== id) }))
}

/** An error stays until it has been read. */
export function showError(title: string, text: string, actions: readonly ToastAction[] = []): void {
  add({ tone: 'failed', title, text, actions })
}

export function showDone(title: string, text = ''): void {
  const id = add({ tone: 'done', title, text, actions: [] })
  setTimeout(() => dismissToast(id), doneForMs)
}
