import type { Alert } from '../../contract/index.ts'

/** Of an alert that nobody has seen, that nothing keeps quiet, and that is nobody's cause or consequence yet. */
export const untouched = (): Pick<
  Alert,
  'acknowledged' | 'silenced' | 'silencedBy' | 'inhibitedBy' | 'cause' | 'follows'
> => ({
  acknowledged: false,
  silenced: false,
  silencedBy: [],
  inhibitedBy: [],
  cause: null,
  follows: { count: 0, services: [] },
})
