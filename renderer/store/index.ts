export { type Density, followAppearance, setAppearance, type Theme, useAppearance } from './appearance.ts'
export { slotMs } from './history.ts'
export { useIsKnown, useIsLive, useNowMs, useService, useServices, useUsage } from './hooks.ts'
export type { Usage, Verb } from './model.ts'
export {
  type HostMeasure,
  hostHistory,
  type Measure,
  receive,
  serviceHistory,
  setConnection,
  setLatency,
  showAnswer,
  showAsked,
  startClock,
  usePanel,
} from './panel.ts'
export { dismissToast, showDone, showError, type Toast, useToasts } from './toasts.ts'
