export { default } from './Configuration.tsx'
