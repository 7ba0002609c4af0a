export { default } from './Configuration.tsx'
export { putText } from './documents.ts'
export { Lines } from './Lines.tsx'
