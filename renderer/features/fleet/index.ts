export { Fleet } from './Fleet.tsx'
