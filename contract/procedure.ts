import { oc } from '@orpc/contract'
import { z } from 'zod'
import { errors } from './errors.ts'

/** The role a caller needs, least first. */
export const roles = ['viewer', 'operator', 'editor', 'admin'] as const
export type Role = (typeof roles)[number]

export interface ProcedureMeta {
  role: Role
  /** Whether a call is recorded with its author. */
  audited: boolean
}

export const base = oc.$meta<ProcedureMeta>({ role: 'admin', audited: true }).errors(errors)
export const view = base.meta({ role: 'viewer', audited: false })
export const edit = base.meta({ role: 'editor', audited: true })
/** Files as they are written: secrets stand in them, so a viewer does not get them. */
export const look = base.meta({ role: 'editor', audited: false })
export const operate = base.meta({ role: 'operator', audited: true })

/** Long enough for the address of a service among those of all hosts. */
export const name = z.string().min(1).max(200)
export const page = { limit: z.coerce.number().int().min(1).default(1000), cursor: z.string().optional() }
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() })
