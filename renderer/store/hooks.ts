import type { Service } from '../../contract/index.ts'
import type { Usage } from './model.ts'
import { usePanel } from './panel.ts'

const noUsage: Usage = { cpuPercent: null, memoryBytes: null }

export const useService = (name: string): Service | undefined => usePanel(({ model }) => model.services.get(name))
export const useServices = (): ReadonlyMap<string, Service> => usePanel(({ model }) => model.services)
export const useUsage = (name: string): Usage => usePanel(({ model }) => model.usage.get(name) ?? noUsage)
export const useNowMs = (): number => usePanel(({ nowMs }) => nowMs)

/** The newest slot of history. Draws anew as well when something of the past has been added. */
export function useSlot(): number {
  usePanel(({ past }) => past)
  return usePanel(({ slot }) => slot)
}

/** Whether there is a live line to the agent; without one, everything shown is what was last known. */
export const useIsLive = (): boolean => usePanel(({ connection }) => connection.kind === 'connected')

/** Whether a first snapshot has come. */
export const useIsKnown = (): boolean => usePanel(({ model }) => model.seq >= 0)
