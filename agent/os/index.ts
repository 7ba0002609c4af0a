import { createLinux } from './linux/index.ts'
import type { Platform } from './platform.ts'

export { type Clock, systemClock } from './clock.ts'
export { type HolePuncher, openHolePuncher } from './linux/holes.ts'
export * from './platform.ts'

export function createPlatform(options: { dataDirId: string; force?: 'fallback' }): Platform {
  const platform = createLinux(options)
  if (!platform) throw new Error('no platform')
  return platform
}
