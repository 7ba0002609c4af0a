export { Logs } from './Logs.tsx'
export { LogView } from './LogView.tsx'
