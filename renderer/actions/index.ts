export { copyText } from './clipboard.ts'
export { reloadConfig } from './config.ts'
export { dependentsOf } from './consequences.ts'
export { isAborted, messageOf } from './failure.ts'
export { applyFix, type Fix } from './fixes.ts'
export { keyGroups } from './keymap.ts'
export { type Keys, useKeys } from './keys.ts'
export { openPalette, type PanelAction, pageActions, panelActions, showKeys } from './panel.ts'
export {
  actionForKey,
  allServiceActions,
  labelFor,
  manyActions,
  restart,
  type ServiceAction,
  serviceActions,
  start,
  stop,
} from './service.ts'
