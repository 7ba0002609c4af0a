import { useSyncExternalStore } from 'react'

/** The width at which the style sheets lay a page out for a phone, or for text of twice the size. */
const narrow = (): MediaQueryList => window.matchMedia('(max-width: 640px)')

function subscribe(onChange: () => void): () => void {
  const query = narrow()
  query.addEventListener('change', onChange)
  return () => query.removeEventListener('change', onChange)
}

/** For what the style sheets cannot do: the heights of rows that are placed by numbers. */
export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow().matches)
