export { Desktop } from './Desktop.tsx'
export { Settings } from './Settings.tsx'
