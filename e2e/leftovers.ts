import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const againMs = 20

/**
 * Ends whatever runs on a place, and waits until it is gone. Chromium's own processes write the profile until they have
 * seen that the app has ended: a folder that is removed meanwhile is filled again.
 */
export async function endAllOf(home: string): Promise<void> {
  if (process.platform !== 'linux') return
  for (let left = runningOn(home); left.length > 0; left = runningOn(home)) {
    for (const pid of left) kill(pid)
    await pause(againMs)
  }
}

/** By the environment that a person's programs have, or the profile that Chromium tells its processes. */
function runningOn(home: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const isOfHome = (pid: string): boolean =>
    ['cmdline', 'environ'].some((file) => textOf(`/proc/${pid}/${file}`).includes(home))
  return pids.filter(isOfHome).map(Number)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // It has ended since the folder was listed, or is somebody else's.
    return ''
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
