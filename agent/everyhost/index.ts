export { EveryHost, type EveryHostOptions } from './everyhost.ts'
export type { Hosts } from './hosts.ts'
