export { SourceColours } from './colours.ts'
export { Logs } from './Logs.tsx'
export { LogView } from './LogView.tsx'
export { Sources } from './Sources.tsx'
