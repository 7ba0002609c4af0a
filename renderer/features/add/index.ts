export { Add } from './Add.tsx'
export { FirstRun } from './FirstRun.tsx'
