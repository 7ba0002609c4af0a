export { Add } from './Add.tsx'
