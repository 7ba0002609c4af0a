import { readdirSync, readlinkSync } from 'node:fs'

/** The paths under /proc of what a process has open; none when it has ended, or is another user's. */
export function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => `/proc/${pid}/fd/${name}`)
  } catch {
    return []
  }
}

/** What one of them leads to; undefined when it was closed since the listing. */
export function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
