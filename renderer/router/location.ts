import { create } from 'zustand'

interface Place {
  path: string
  query: string
}

const here = (): Place => ({ path: window.location.pathname, query: window.location.search })

export const useLocation = create<Place>()(() => ({ path: '/', query: '' }))

/** Goes to another page of the panel, at the same host; `replace` leaves no step to come back to. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  if (to === window.location.pathname + window.location.search) return
  if (replace) window.history.replaceState(window.history.state, '', to)
  else window.history.pushState(window.history.state, '', to)
  useLocation.setState(here())
}

/** The host that a step of the history shows; null is this computer. */
export function hostOfStep(): string | null {
  const host: unknown = window.history.state?.host
  return typeof host === 'string' ? host : null
}

/** Back and Forward lead to the host that was shown as well. */
export function keepHostOfStep(host: string | null): void {
  if (hostOfStep() !== host) window.history.replaceState(host === null ? null : { host }, '')
}

/**
 * Takes the place from the address, and follows the browser's Back and Forward, and what the window's tray, menu and
 * links ask for. Returns what stops it.
 */
export function followHistory(): () => void {
  const follow = (): void => useLocation.setState(here())
  const open = ({ source, data }: MessageEvent): void => {
    if (source === window && data?.type === 'hxe-open' && typeof data.path === 'string') navigate(data.path)
  }
  follow()
  window.addEventListener('popstate', follow)
  window.addEventListener('message', open)
  return () => {
    window.removeEventListener('popstate', follow)
    window.removeEventListener('message', open)
  }
}

/** One parameter of the address, and how to change it in place. */
export function useParameter(name: string): [string, (value: string) => void] {
  const value = useLocation(({ query }) => new URLSearchParams(query).get(name) ?? '')
  const set = (next: string): void => {
    const { path, query } = here()
    const parameters = new URLSearchParams(query)
    if (next === '') parameters.delete(name)
    else parameters.set(name, next)
    const text = parameters.toString()
    navigate(text === '' ? path : `${path}?${text}`, { replace: true })
  }
  return [value, set]
}
