export type { DesktopNotice } from './channels/index.ts'
export { Deliveries, type DeliverParts } from './deliveries.ts'
