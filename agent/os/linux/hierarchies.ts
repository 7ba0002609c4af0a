import { accessSync, constants, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export type Controller = 'memory' | 'cpu' | 'pids'
export const controllers: readonly Controller[] = ['memory', 'cpu', 'pids']

/** A writable place below which groups may be made, and what can be limited there. Nothing is made until it is opened. */
export interface Hierarchy {
  version: 'v1' | 'v2'
  /** The agent's own group, or the top of the hierarchy. */
  base: string
  /** Where the groups of this data directory's instances go. */
  folder: string
  limits: readonly Controller[]
  /** Version 2 lets no group with limits for its children hold a process itself: the agent has to move to a leaf. */
  leaf: boolean
}

export interface Mounted {
  version: 'v1' | 'v2'
  mountPoint: string
  /** Which part of the hierarchy is mounted there; a container sees its own alone. */
  root: string
  controllers: readonly string[]
}

/** cgroup mounts of `/proc/self/mountinfo`. */
export function parseMountInfo(text: string): Mounted[] {
  const mounts: Mounted[] = []
  for (const line of text.split('\n')) {
    const [before, after] = line.split(' - ')
    const [, , , root, mountPoint] = before?.split(' ') ?? []
    const [type, , options] = after?.split(' ') ?? []
    if (root === undefined || mountPoint === undefined) continue
    if (type === 'cgroup2') mounts.push({ version: 'v2', mountPoint, root, controllers: [] })
    if (type === 'cgroup') mounts.push({ version: 'v1', mountPoint, root, controllers: options?.split(',') ?? [] })
  }
  return mounts
}

/** Paths of `/proc/self/cgroup` by controller; the one of version 2 under `''`. */
export function parseOwnGroups(text: string): Map<string, string> {
  const paths = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, names, ...path] = line.split(':')
    if (names !== undefined) for (const name of names.split(',')) paths.set(name, path.join(':'))
  }
  return paths
}

/** Every hierarchy in which this agent can make groups, those with limits first. */
export function findHierarchies(dataDirId: string): Hierarchy[] {
  const mounts = parseMountInfo(readOr('/proc/self/mountinfo'))
  const own = parseOwnGroups(readOr('/proc/self/cgroup'))
  const found: Hierarchy[] = []
  for (const mounted of mounts) {
    const hierarchy = mounted.version === 'v2' ? lookV2(mounted, own, dataDirId) : lookV1(mounted, own, dataDirId)
    if (hierarchy) found.push(hierarchy)
  }
  return found
}

function lookV1(mounted: Mounted, own: ReadonlyMap<string, string>, dataDirId: string): Hierarchy | undefined {
  const limits = controllers.filter((name) => mounted.controllers.includes(name))
  const [base] = placesIn(mounted, own.get(limits[0] ?? 'none'))
  if (limits.length === 0 || base === undefined) return undefined
  return { version: 'v1', base, folder: join(base, 'hxe', dataDirId), limits, leaf: false }
}

/** Below the agent's own group, so that what binds the agent binds its services too; else at the top. */
function placesIn(mounted: Mounted, ownPath: string | undefined): string[] {
  const places = [mounted.mountPoint]
  if (ownPath !== undefined && isBelow(mounted.root, ownPath)) {
    places.unshift(join(mounted.mountPoint, mounted.root === '/' ? ownPath : ownPath.slice(mounted.root.length)))
  }
  return [...new Set(places)].filter((place) => isWritable(place) && isWritable(join(place, 'cgroup.procs')))
}

function isBelow(root: string, path: string): boolean {
  return root === '/' || path === root || path.startsWith(`${root}/`)
}

function lookV2(mounted: Mounted, own: ReadonlyMap<string, string>, dataDirId: string): Hierarchy | undefined {
  for (const base of placesIn(mounted, own.get(''))) {
    const leaf = !(base === mounted.mountPoint && mounted.root === '/')
    // Only where it is alone with its own children, as in a unit with `Delegate=yes`: nobody else is moved about.
    if (leaf && !readPids(join(base, 'cgroup.procs')).every(isOurs)) continue
    const offered = readOr(join(base, 'cgroup.controllers')).trim().split(/\s+/)
    const limits = controllers.filter((name) => offered.includes(name))
    return { version: 'v2', base, folder: join(base, 'hxe', dataDirId), limits, leaf }
  }
  return undefined
}

/** Makes the folder for groups; gives what can really be limited in it. Undefined when it cannot be made. */
export function openHierarchy({ version, base, folder, limits, leaf }: Hierarchy): readonly Controller[] | undefined {
  if (version === 'v2' && leaf && !moveToLeaf(base)) return undefined
  if (!makeFolder(folder)) return undefined
  if (version === 'v1') return limits
  for (const level of [base, dirname(folder), folder]) {
    for (const name of limits) tryWrite(join(level, 'cgroup.subtree_control'), `+${name}`)
  }
  const enabled = readOr(join(folder, 'cgroup.subtree_control')).trim().split(/\s+/)
  return limits.filter((name) => enabled.includes(name))
}

/** Undoes it, as far as nothing is left in it. */
export function closeHierarchy({ folder }: Hierarchy): void {
  for (const level of [folder, dirname(folder)]) {
    try {
      rmdirSync(level)
    } catch {
      // Groups of services that live on, or of another agent, are in it.
      return
    }
  }
}

function moveToLeaf(base: string): boolean {
  const leaf = join(base, 'hxe-agent')
  if (!makeFolder(leaf)) return false
  return readPids(join(base, 'cgroup.procs')).every((pid) => tryWrite(join(leaf, 'cgroup.procs'), String(pid)))
}

function isOurs(pid: number): boolean {
  for (let each = pid, steps = 0; each > 1 && steps < 64; steps++) {
    if (each === process.pid) return true
    each = Number(/^PPid:\s+(\d+)$/m.exec(readOr(`/proc/${each}/status`))?.[1] ?? 0)
  }
  return false
}

function makeFolder(path: string): boolean {
  try {
    mkdirSync(path, { recursive: true })
    return true
  } catch {
    // Not ours to write, or full (cgroup.max.descendants): the next place, or none, which `capabilities` says.
    return false
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Writes a control file; false when the kernel refuses the value or the file is not there. */
export function tryWrite(path: string, value: string): boolean {
  try {
    writeFileSync(path, value)
    return true
  } catch {
    return false
  }
}

/** A control file's text; empty when it is not there. */
export function readOr(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

export function readPids(path: string): number[] {
  return readOr(path).split('\n').filter(Boolean).map(Number)
}
