import { create } from 'zustand'

/** What is open over the page: at most one of them. */
export type Overlay = 'palette' | 'keys' | null
export const useOverlay = create<{ open: Overlay }>()(() => ({ open: null }))
export const showOverlay = (open: Overlay): void => useOverlay.setState({ open })
