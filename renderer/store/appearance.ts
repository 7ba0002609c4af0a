import { create } from 'zustand'

export type Theme = 'light' | 'dark' | 'system'
export type Density = 'comfortable' | 'compact'

interface Appearance {
  theme: Theme
  density: Density
}

const key = 'hxe.appearance'
const fallback: Appearance = { theme: 'system', density: 'comfortable' }

export const useAppearance = create<Appearance>()(() => fallback)

/** What was chosen in this browser or window before. Storage may be refused or hold anything. */
function read(): Appearance {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    if (typeof stored !== 'object' || stored === null) return fallback
    const theme = 'theme' in stored && (stored.theme === 'light' || stored.theme === 'dark') ? stored.theme : 'system'
    const density = 'density' in stored && stored.density === 'compact' ? 'compact' : 'comfortable'
    return { theme, density }
  } catch {
    // Not readable is the same as never chosen.
    return fallback
  }
}

function show({ theme, density }: Appearance, systemIsDark: boolean): void {
  const { dataset } = document.documentElement
  dataset.theme = theme === 'system' ? (systemIsDark ? 'dark' : 'light') : theme
  dataset.density = density
}

export function setAppearance(change: Partial<Appearance>): void {
  useAppearance.setState(change)
  try {
    localStorage.setItem(key, JSON.stringify(useAppearance.getState()))
  } catch {
    // Without storage the choice holds until the page is closed.
  }
}

/** Keeps the page in the chosen appearance, and in the system's where none was chosen. */
export function followAppearance(): void {
  const systemDark = window.matchMedia('(prefers-color-scheme: dark)')
  const refresh = (): void => show(useAppearance.getState(), systemDark.matches)
  useAppearance.subscribe(refresh)
  systemDark.addEventListener('change', refresh)
  useAppearance.setState(read())
  refresh()
}
