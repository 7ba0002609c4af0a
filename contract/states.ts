import { z } from 'zod'
import { healths, serviceStates } from './words.ts'

export * from './words.ts'

export const serviceStateSchema = z.enum(serviceStates)
export const healthSchema = z.enum(healths)
