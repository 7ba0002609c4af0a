import type { ElectronApplication } from '@playwright/test'
import type { Place } from '../place.ts'
import type { Pm2 } from '../pm2.ts'
import { bareFork, bareNode, hxe, type Supervisor } from '../supervisors.ts'
import type { Figure } from '../table.ts'

export interface Bench {
  place: Place
  /** Undefined where it cannot be installed. */
  pm2: Pm2 | undefined
  /** Few rounds and few services: to see that all of it works. */
  quick: boolean
  say(line: string): void
}

export type Measurement = (bench: Bench) => Promise<Figure[]>

export const supervisorsOf = ({ pm2 }: Bench): Supervisor[] => [hxe, ...(pm2 ? [pm2] : []), bareNode, bareFork]

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Milliseconds that the work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now()
  await work()
  return performance.now() - startedAtMs
}

export async function rendererPid(app: ElectronApplication): Promise<number> {
  const pid = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId())
  if (!pid) throw new Error('The window has no process')
  return pid
}
