export { reloadConfig } from './config.ts'
export { dependentsOf } from './consequences.ts'
export { download, fileNameOf } from './download.ts'
export { isAborted, messageOf } from './failure.ts'
export { applyFix, type Fix } from './fixes.ts'
export { keyGroups } from './keymap.ts'
export { type Keys, useKeys } from './keys.ts'
export { addService, openPalette, type PanelAction, pageActions, panelActions, showKeys } from './panel.ts'
export { endProcess, sendSignal, signals } from './processes.ts'
export {
  actionForKey,
  allServiceActions,
  disable,
  enable,
  favourite,
  labelFor,
  manyActions,
  reload,
  restart,
  type ServiceAction,
  serviceActions,
  start,
  stop,
} from './service.ts'
export { type Polled, usePoll } from './usePoll.ts'
