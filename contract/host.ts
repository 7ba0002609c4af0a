import { z } from 'zod'

export const hostSchema = z.object({
  name: z.string(),
  os: z.string(),
  uptimeMs: z.number(),
  cpu: z.object({ percent: z.number(), cores: z.number().int(), load: z.array(z.number()) }),
  memory: z.object({ totalBytes: z.number(), usedBytes: z.number(), availableBytes: z.number() }),
  swap: z.object({ totalBytes: z.number(), usedBytes: z.number() }),
  disks: z.array(
    z.object({
      mount: z.string(),
      fs: z.string(),
      totalBytes: z.number(),
      usedBytes: z.number(),
      availableBytes: z.number(),
    }),
  ),
  network: z.array(z.object({ name: z.string(), rxBytesPerSecond: z.number(), txBytesPerSecond: z.number() })),
})
export type Host = z.infer<typeof hostSchema>
