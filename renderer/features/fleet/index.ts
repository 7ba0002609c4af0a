export { ConnectDialog } from './ConnectDialog.tsx'
export { Fleet } from './Fleet.tsx'
