import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { lacks, needsRoot, type World } from './harness.ts'

/**
 * Does something when told to, or when this process has ended in whatever way: a process of its own waits at a pipe. What
 * holds up a disk, or stays mounted, must not outlive a test that was killed.
 */
function keeper(script: string, ...args: readonly string[]): { said: Promise<void>; undo: () => Promise<void> } {
  const child = spawn('sh', ['-c', `trap '' TERM INT HUP; ${script}`, 'keeper', ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const said = new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`The keeper of ${args[0]} ended with ${code}`)))
  })
  // Not all that have one wait for its word.
  said.catch(() => undefined)
  const undo = (): Promise<void> => {
    child.stdin?.end()
    return ended
  }
  return { said, undo }
}

/** A mount that is undone whatever happens. */
export function mount(world: World, folder: string, ...args: readonly string[]): () => Promise<void> {
  const { undo } = keeper('read -r line; umount -l "$1"', folder)
  world.defer(undo)
  execFileSync('mount', [...args, folder], { stdio: 'pipe' })
  return undo
}

/** A small file system of its own for the data directory. */
export function mountTmpfs(world: World, options: string): void {
  mount(world, world.dataDir, '-t', 'tmpfs', '-o', options, 'tmpfs')
}

/** A file with an ext4 in it, mounted; neither this process nor its parents use it. Answers with the file. */
export function mountLoop(world: World, folder: string, size: string, options = 'loop'): string {
  const image = join(world.folder, `${size}-image`)
  mkdirSync(folder, { recursive: true })
  execFileSync('truncate', ['-s', size, image])
  execFileSync('mkfs.ext4', ['-q', '-F', image])
  mount(world, folder, '-o', options, image)
  return image
}

/** Should a test hang, its disk is thawed by then. */
const longestFreezeS = 120

/** Freezes such a file system; answers, when it is frozen, with how to thaw it. */
export async function freeze(world: World, folder: string): Promise<() => Promise<void>> {
  if (!folder.startsWith(world.folder)) throw new Error(`${folder} is not the fault's own`)
  const script = 'fsfreeze -f "$1" && echo frozen && timeout -s KILL "$2" cat; fsfreeze -u "$1"'
  const { said, undo } = keeper(script, folder, String(longestFreezeS))
  world.defer(undo)
  await said
  return undo
}

export const needsLoop = (): string | undefined =>
  needsRoot() ??
  lacks('fsfreeze') ??
  lacks('mkfs.ext4') ??
  (existsSync('/dev/loop-control') ? undefined : 'needs loop devices')
