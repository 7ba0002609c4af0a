export { EveryHost } from './everyhost.ts'
