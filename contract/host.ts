import { z } from 'zod'

export const hostSchema = z.object({
  name: z.string(),
  os: z.string(),
  uptimeMs: z.number(),
  cpu: z.object({
    percent: z.number(),
    cores: z.number().int(),
    load: z.array(z.number()),
    /** What it does while busy, and `iowait`, which is idle time with somebody waiting for a disk. Absent where the system does not tell. */
    kinds: z.object({ user: z.number(), system: z.number(), iowait: z.number(), steal: z.number() }).optional(),
    /** In percent of each core. */
    perCore: z.array(z.number()).optional(),
  }),
  memory: z.object({ totalBytes: z.number(), usedBytes: z.number(), availableBytes: z.number() }),
  swap: z.object({ totalBytes: z.number(), usedBytes: z.number() }),
  disks: z.array(
    z.object({
      mount: z.string(),
      fs: z.string(),
      totalBytes: z.number(),
      usedBytes: z.number(),
      availableBytes: z.number(),
      /** Absent where the file system has no fixed number of them. */
      inodesPercent: z.number().optional(),
      /** Of its device; absent where it has none, or the system does not tell. */
      readBytesPerSecond: z.number().optional(),
      writeBytesPerSecond: z.number().optional(),
    }),
  ),
  /** The hottest place; absent where the machine tells of none. */
  temperatureCelsius: z.number().optional(),

  network: z.array(z.object({ name: z.string(), rxBytesPerSecond: z.number(), txBytesPerSecond: z.number() })),
})
export type Host = z.infer<typeof hostSchema>
