import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { lacks, needsRoot, type World } from './harness.ts'

/**
 * Does something when told to, or when this process has ended in whatever way: a process of its own waits at a pipe. What
 * holds up a disk, or stays mounted, must not outlive a test that was killed.
 */
function keeper(script: string, ...args: readonly string[]): () => Promise<void> {
  const child = spawn('sh', ['-c', `trap '' TERM INT HUP; ${script}`, 'keeper', ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return () => {
    child.stdin?.end()
    return ended
  }
}

/** A mount that is undone whatever happens. */
export function mount(world: World, folder: string, ...args: readonly string[]): () => Promise<void> {
  const unmount = keeper('read -r line; umount -l "$1"', folder)
  world.defer(unmount)
  execFileSync('mount', [...args, folder], { stdio: 'pipe' })
  return unmount
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

/** Freezes such a file system for a time; resolves when it is thawed. */
export function freeze(world: World, folder: string, seconds: number): Promise<void> {
  if (!folder.startsWith(world.folder)) throw new Error(`${folder} is not the fault's own`)
  const thaw = keeper('fsfreeze -f "$1"; timeout -s KILL "$2" cat; fsfreeze -u "$1"', folder, String(seconds))
  world.defer(thaw)
  return new Promise((resolve, reject) => {
    setTimeout(() => thaw().then(resolve, reject), seconds * 1_000)
  })
}

export const needsLoop = (): string | undefined =>
  needsRoot() ??
  lacks('fsfreeze') ??
  lacks('mkfs.ext4') ??
  (existsSync('/dev/loop-control') ? undefined : 'needs loop devices')
