export { askPerson, useQuestion } from './dialogs.ts'
export { editOf, followEdits, setEdit, unsavedOf, useEditCount, useEdits } from './edits.ts'
export {
  backToServices,
  chooseHost,
  followFleet,
  followHostOfStep,
  isEveryHost,
  showHost,
  useFleet,
  useIsEveryHost,
  visitHost,
} from './fleet.ts'
export { slotMs } from './history.ts'
export { useIsKnown, useIsLive, useNowMs, useService, useServices, useSlot, useUsage } from './hooks.ts'
export type { Usage } from './model.ts'
export { showOverlay, useOverlay } from './overlay.ts'
export {
  addPast,
  forgetModel,
  type HostMeasure,
  hostHistory,
  isStale,
  type Measure,
  type Past,
  quietForMs,
  receive,
  serviceHistory,
  setConnection,
  setLatency,
  showAnswers,
  showAsked,
  startClock,
  sumHistory,
  usePanel,
} from './panel.ts'
export { followPreferences, setPreferences, toggleFavourites, usePreferences } from './preferences.ts'
export { dismissToast, showDone, showError, showUndo, type Toast, useToasts } from './toasts.ts'
