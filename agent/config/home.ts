import { homedir } from 'node:os'
import { join } from 'node:path'

/** `~` and `~/x` with the home of whoever runs the agent. */
export function expandHome(path: string, home = homedir()): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path
}
