export { noAlerts, quietDesk } from './quiet.ts'
export type { AlertsDesk, Deliverer, Notice } from './types.ts'
