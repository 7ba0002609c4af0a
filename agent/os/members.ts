import type { ProcessIdentity, ProcessRow } from './platform.ts'

export interface Wanted {
  instance: string
  cookie: string
  leader?: ProcessIdentity
}

/** What is known about who belongs where, beyond what a process shows itself. */
export interface Evidence {
  /** Of this boot; a leader of another one has no session here. */
  bootId: string
  /**
   * Until when (in the unit of start times) a leader's pid was certainly its own. A process of its session that
   * began no later cannot belong to a later owner of the number.
   */
  heldUntil(leader: ProcessIdentity): number | undefined
  /** What the instance's control group holds. */
  groupOf?(instance: string): ReadonlySet<number> | undefined
  /** The agent, which is nobody's member even where it carries a cookie of an outer one. */
  self: number
}

/**
 * Sorts one picture of the process table by instance: the leader's session, the control group, all that carry the
 * cookie, and their descendants. A process with another cookie belongs to that other instance alone.
 */
export function sortByInstance(
  rows: readonly ProcessRow[],
  wanted: readonly Wanted[],
  evidence: Evidence,
): Map<string, ProcessRow[]> {
  const table = indexRows(rows, evidence.self)
  const sorted = new Map<string, ProcessRow[]>()
  for (const each of wanted) sorted.set(each.instance, membersOfOne(table, each, evidence))
  return sorted
}

interface Table {
  byPid: Map<number, ProcessRow>
  bySession: Map<number, ProcessRow[]>
  byCookie: Map<string, ProcessRow[]>
  byParent: Map<number, ProcessRow[]>
}

function indexRows(rows: readonly ProcessRow[], self: number): Table {
  const table: Table = { byPid: new Map(), bySession: new Map(), byCookie: new Map(), byParent: new Map() }
  for (const row of rows) {
    if (row.pid === self) continue
    table.byPid.set(row.pid, row)
    push(table.bySession, row.sessionId, row)
    push(table.byParent, row.parentPid, row)
    if (row.cookie !== undefined) push(table.byCookie, row.cookie, row)
  }
  return table
}

function push<Key>(map: Map<Key, ProcessRow[]>, key: Key, row: ProcessRow): void {
  const list = map.get(key)
  if (list) list.push(row)
  else map.set(key, [row])
}

function membersOfOne(table: Table, wanted: Wanted, evidence: Evidence): ProcessRow[] {
  const members = new Set<ProcessRow>(table.byCookie.get(wanted.cookie))
  const add = (row: ProcessRow | undefined): void => {
    if (row && (row.cookie === undefined || row.cookie === wanted.cookie)) members.add(row)
  }
  if (wanted.leader) for (const row of sessionOf(table, wanted.leader, wanted.cookie, evidence)) add(row)
  for (const pid of evidence.groupOf?.(wanted.instance) ?? []) add(table.byPid.get(pid))
  // A Set is walked in order of insertion, what is added meanwhile included: this reaches every descendant.
  for (const row of members) for (const child of table.byParent.get(row.pid) ?? []) add(child)
  return [...members]
}

function sessionOf(table: Table, leader: ProcessIdentity, cookie: string, evidence: Evidence): readonly ProcessRow[] {
  if (leader.bootId !== evidence.bootId) return []
  const session = table.bySession.get(leader.pid) ?? []
  return isSessionOf(session, table.byPid.get(leader.pid), leader, cookie, evidence) ? session : []
}

/** Whether a session that has the leader's number is the one that this leader opened. */
export function isSessionOf(
  session: readonly ProcessRow[],
  holder: ProcessRow | undefined,
  leader: ProcessIdentity,
  cookie: string | undefined,
  evidence: Pick<Evidence, 'heldUntil'>,
): boolean {
  if (holder) return holder.startTime === leader.startTime
  // The kernel gives a number to nobody while a session has it, so one proven member proves them all.
  const heldUntil = evidence.heldUntil(leader)
  return session.some(
    (row) =>
      (cookie !== undefined && row.cookie === cookie) ||
      (heldUntil !== undefined &&
        Number(row.startTime) >= Number(leader.startTime) &&
        Number(row.startTime) <= heldUntil),
  )
}
