import type { RunRecord } from '../store/index.ts'

/** A live process of a run of this data directory. */
export interface FoundProcess {
  pid: number
  sessionId: number
  startTime: string
  cookie?: string
  /** It has the run's output and does not show the cookie yet, as before its exec. */
  isUnborn?: true
}

export interface Adoption<Owner> {
  owner: Owner
  cookie: string
  /** Absent where the agent was killed between the start and its record. */
  record: RunRecord | undefined
  members: readonly FoundProcess[]
  /** The process that leads the run, if it is alive. */
  leader: FoundProcess | undefined
}

export interface RecoveryPlan<Owner> {
  adopt: readonly Adoption<Owner>[]
  /** What no service owns any more, or a second copy: to be ended. */
  end: readonly FoundProcess[]
  /** Cookies of records that nothing is left of. */
  forget: readonly string[]
}

/**
 * What to do with what an earlier agent left: from its records and from the processes that carry its cookies, either of
 * which may lack the other. At most one run of an instance is adopted, one that lives before one that does not.
 */
export function planRecovery<Owner>(
  records: readonly RunRecord[],
  processes: readonly FoundProcess[],
  bootId: string,
  ownerOf: (cookie: string) => { instance: string; owner: Owner } | undefined,
): RecoveryPlan<Owner> {
  const members = new Map<string, FoundProcess[]>()
  for (const found of processes) {
    if (found.cookie) members.set(found.cookie, [...(members.get(found.cookie) ?? []), found])
  }
  // A record from before a reboot says nothing of any process that lives now.
  const known = new Map(records.filter((record) => record.bootId === bootId).map((record) => [record.cookie, record]))
  const forget = records.filter((record) => record.bootId !== bootId).map(({ cookie }) => cookie)
  const runs = [...new Set([...known.keys(), ...members.keys()])].map((cookie) => {
    const record = known.get(cookie)
    const own = members.get(cookie) ?? []
    return { cookie, record, members: own, leader: leaderOf(record, own) }
  })
  runs.sort((a, b) => Number(b.leader !== undefined) - Number(a.leader !== undefined))

  const adopt: Adoption<Owner>[] = []
  const end: FoundProcess[] = []
  const taken = new Set<string>()
  for (const run of runs) {
    const found = ownerOf(run.cookie)
    const neverStarted = run.members.length === 0 && (run.record?.pid ?? null) === null
    if (!found || neverStarted || taken.has(found.instance)) {
      end.push(...run.members)
      forget.push(run.cookie)
      continue
    }
    taken.add(found.instance)
    adopt.push({ owner: found.owner, ...run })
  }
  return { adopt, end, forget }
}

/** The recorded process if it lives and is the same one; without a record, the one that leads its session. */
function leaderOf(record: RunRecord | undefined, members: readonly FoundProcess[]): FoundProcess | undefined {
  if (record && record.pid !== null) {
    return members.find(({ pid, startTime }) => pid === record.pid && startTime === record.startTime)
  }
  const ownSession = members.find(({ pid, sessionId }) => pid === sessionId)
  // At its very beginning it is in the session of the agent that bore it.
  return ownSession ?? members.find(({ isUnborn }) => isUnborn)
}
