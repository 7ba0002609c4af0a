import type { ProcessInfo } from '../../../contract/index.ts'

export interface TreeRow {
  process: ProcessInfo
  depth: number
}

/** Processes as a tree, parents before their children. One whose parent is not among them is a root. */
export function treeOf(processes: readonly ProcessInfo[]): TreeRow[] {
  const pids = new Set(processes.map(({ pid }) => pid))
  const children = new Map<number, ProcessInfo[]>()
  const roots: ProcessInfo[] = []
  for (const process of processes) {
    const { parentPid, pid } = process
    if (!pids.has(parentPid) || parentPid === pid) roots.push(process)
    else children.set(parentPid, [...(children.get(parentPid) ?? []), process])
  }
  const rows: TreeRow[] = []
  const seen = new Set<number>()
  const walk = (process: ProcessInfo, depth: number): void => {
    if (seen.has(process.pid)) return
    seen.add(process.pid)
    rows.push({ process, depth })
    for (const child of children.get(process.pid) ?? []) walk(child, depth + 1)
  }
  for (const root of roots.toSorted((a, b) => Number(b.main) - Number(a.main))) walk(root, 0)
  return rows
}
