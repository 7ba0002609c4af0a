export type { DesktopNotice } from './channels/index.ts'
export { Deliveries } from './deliveries.ts'
