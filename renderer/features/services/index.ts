export { Services } from './Services.tsx'
