import { create } from 'zustand'
import { messageOf, mostFavourites, type Preferences, readPreferences } from '../../contract/index.ts'
import { showError } from './toasts.ts'

const key = 'hxe.preferences'

export const usePreferences = create<Preferences>()(() => readPreferences(undefined))

/** What was chosen before: the window's file, or the browser's storage, which may be refused or hold anything. */
function stored(): unknown {
  if (window.hxe) return window.hxe.readPreferences()
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}')
  } catch {
    // Not readable is the same as never chosen.
    return undefined
  }
}

async function store(chosen: Preferences): Promise<void> {
  if (window.hxe) await window.hxe.savePreferences(chosen)
  else localStorage.setItem(key, JSON.stringify(chosen))
}

/** Holds at once; that it cannot be kept is said, since it would be gone at the next start. */
export function setPreferences(change: Partial<Preferences>): void {
  usePreferences.setState(change)
  store(usePreferences.getState()).catch((error: unknown) => {
    showError('Your choice was not kept', `${messageOf(error)}. It holds until HXE is closed.`)
  })
}

/** Adds names to the favourites, or takes them out where all of them are there. */
export function toggleFavourites(names: readonly string[]): void {
  const { favourites } = usePreferences.getState()
  const others = favourites.filter((name) => !names.includes(name))
  const areAllThere = names.every((name) => favourites.includes(name))
  setPreferences({ favourites: areAllThere ? others : [...others, ...names].slice(-mostFavourites) })
}

function show({ theme, density }: Preferences, systemIsDark: boolean): void {
  const { dataset } = document.documentElement
  dataset.theme = theme === 'system' ? (systemIsDark ? 'dark' : 'light') : theme
  dataset.density = density
}

/** Takes what was chosen before, and keeps the page in the chosen appearance, or in the system's. */
export function followPreferences(): void {
  const systemDark = window.matchMedia('(prefers-color-scheme: dark)')
  const refresh = (): void => show(usePreferences.getState(), systemDark.matches)
  usePreferences.subscribe(refresh)
  systemDark.addEventListener('change', refresh)
  // Another tab of the same browser.
  window.addEventListener('storage', (event) => {
    if (event.key === key) usePreferences.setState(readPreferences(stored()))
  })
  usePreferences.setState(readPreferences(stored()))
  refresh()
}
