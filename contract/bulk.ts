import { z } from 'zod'
import { problemSchema } from './problem.ts'
import { serviceSchema } from './service.ts'

/** What came of it for one name; a refusal is what the call for that name alone would have been answered with. */
export const bulkResultSchema = z.discriminatedUnion('ok', [
  z.object({ name: z.string(), ok: z.literal(true), service: serviceSchema }),
  z.object({ name: z.string(), ok: z.literal(false), problem: problemSchema }),
])
export type BulkResult = z.infer<typeof bulkResultSchema>
