export { Bus, sessionBusPath } from './connection.ts'
export type { Message } from './message.ts'
export { type Value, Variant } from './wire.ts'
