import { create } from 'zustand'
import { type Edit, type Edits, messageOf, mostEditCharacters, readEdits, sizeOfEdits } from '../../contract/index.ts'
import { showError } from './toasts.ts'

/** Typing comes in bursts; what is lost when the page dies is at most what was typed within this time. */
const keepAfterMs = 400

/** What is edited and not applied, by file, and whether what was kept is among it yet. The whole panel knows of it, so that nobody forgets it. */
export const useEdits = create<{ files: Edits; isRestored: boolean }>()(() => ({ files: {}, isRestored: false }))

export const useEditCount = (): number => useEdits(({ files }) => Object.keys(files).length)

/** Texts that the agent has to know to help at a place. */
export const unsavedOf = (edits: Edits): Record<string, string> =>
  Object.fromEntries(Object.entries(edits).flatMap(([name, { text }]) => (text === null ? [] : [[name, text]])))

export const editOf = (name: string): Edit | undefined => useEdits.getState().files[name]

/** Edits as they are with this one; an edit that changes nothing is none. */
export function withEdit(files: Edits, name: string, edit: Edit | null): Edits {
  const { [name]: before, ...others } = files
  if (edit === null || edit.base === edit.text) return before === undefined ? files : others
  if (before?.text === edit.text && before.base === edit.base && before.hash === edit.hash) return files
  return { ...files, [name]: edit }
}

export function setEdit(name: string, edit: Edit | null): void {
  const files = withEdit(useEdits.getState().files, name, edit)
  if (files === useEdits.getState().files) return
  useEdits.setState({ files })
  keepSoon()
}

let timer: ReturnType<typeof setTimeout> | undefined

function keepSoon(): void {
  timer ??= setTimeout(keepNow, keepAfterMs)
}

function keepNow(): void {
  clearTimeout(timer)
  timer = undefined
  keep(useEdits.getState().files).catch((error: unknown) => {
    const why = messageOf(error)
    showError('Your edits are not kept', `${why}. They hold until HXE is closed: apply them before.`)
  })
}

async function keep(files: Edits): Promise<void> {
  if (sizeOfEdits(files) > mostEditCharacters) throw new Error('They are larger than what the panel keeps')
  await window.hxe?.saveEdits(files)
}

/** A browser keeps nothing of it: files hold passwords, and what it stores lies open on the disk of whatever machine it runs on. */
const stored = async (): Promise<unknown> => window.hxe?.readEdits() ?? {}

/** Brings back what was edited before the page was loaded. Returns what stops keeping it. */
export function followEdits(): () => void {
  const flush = (): void => {
    if (timer !== undefined) keepNow()
  }
  const drop = ({ source, data }: MessageEvent): void => {
    if (source === window && data?.type === 'hxe-edits-dropped') useEdits.setState({ files: {} })
  }
  // In the window the main process asks, in words of ours.
  const leave = (event: BeforeUnloadEvent): void => {
    if (!window.hxe && Object.keys(useEdits.getState().files).length > 0) event.preventDefault()
  }
  window.addEventListener('pagehide', flush)
  window.addEventListener('beforeunload', leave)
  window.addEventListener('message', drop)
  const restore = (found: unknown): void =>
    // What was typed meanwhile is newer.
    useEdits.setState(({ files }) => ({ files: { ...readEdits(found), ...files }, isRestored: true }))
  void stored().then(restore, (error: unknown) => {
    restore({})
    showError('What was edited before could not be read', error)
  })
  return () => {
    window.removeEventListener('pagehide', flush)
    window.removeEventListener('beforeunload', leave)
    window.removeEventListener('message', drop)
  }
}
