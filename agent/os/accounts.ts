import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { findTool } from './tools.ts'

/** What a process changes to. `uid` is undefined when only the group changes. */
export interface Account {
  uid: number | undefined
  gid: number
  /** In the user database, so that its further groups are known. */
  hasEntry: boolean
}

export interface AccountProblem {
  problem: string
  what: 'user' | 'group' | 'permission'
}

/**
 * Who a service is to run as, or undefined when that is who the agent is already.
 * Only root may change to another account.
 */
export function resolveAccount(
  user: string | undefined,
  group: string | undefined,
): { account: Account | undefined } | AccountProblem {
  if (user === undefined && group === undefined) return { account: undefined }
  const entry = user === undefined ? undefined : findUser(user)
  if (entry === 'missing') return { problem: `There is no user "${user}" on this machine`, what: 'user' }
  const groupId = group === undefined ? undefined : findGroup(group)
  if (groupId === 'missing') return { problem: `There is no group "${group}" on this machine`, what: 'group' }

  const ownUid = process.getuid?.() ?? -1
  const ownGid = process.getgid?.() ?? -1
  const uid = entry?.uid
  const gid = groupId ?? entry?.gid ?? ownGid
  if ((uid === undefined || uid === ownUid) && gid === ownGid) return { account: undefined }
  if (ownUid !== 0) {
    const whom = user === undefined ? `group "${group}"` : `user "${user}"`
    return { problem: `Only root may start a service as ${whom}; the agent runs as uid ${ownUid}`, what: 'permission' }
  }
  if (!findTool('setpriv')) {
    return { problem: 'Changing the user needs setpriv (util-linux), which is not installed', what: 'permission' }
  }
  return { account: { uid, gid, hasEntry: entry?.known ?? false } }
}

/** The name of a user, where the machine knows one. */
export function userName(uid: number): string | undefined {
  return lookUp('/etc/passwd', 'passwd', String(uid), (fields) => fields[2] === String(uid))?.[0]
}

interface UserEntry {
  uid: number
  gid: number
  known: boolean
}

function findUser(user: string): UserEntry | 'missing' {
  const numeric = asId(user)
  const matches = (fields: string[]): boolean => fields[0] === user || (numeric !== undefined && fields[2] === user)
  const fields = lookUp('/etc/passwd', 'passwd', user, matches)
  if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]), known: true }
  return numeric === undefined ? 'missing' : { uid: numeric, gid: numeric, known: false }
}

function findGroup(group: string): number | 'missing' {
  const numeric = asId(group)
  if (numeric !== undefined) return numeric
  const fields = lookUp('/etc/group', 'group', group, (each) => each[0] === group)
  return fields ? Number(fields[2]) : 'missing'
}

function asId(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1 ? Number(text) : undefined
}

function lookUp(
  file: string,
  database: string,
  key: string,
  matches: (fields: string[]) => boolean,
): string[] | undefined {
  const local = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields.length > 3 && matches(fields))
  return local ?? askNameService(database, key)
}

/** Users of a directory service are in no file; `getent` asks whatever the machine is set up with. */
function askNameService(database: string, key: string): string[] | undefined {
  const getent = findTool('getent')
  if (!getent || key.startsWith('-')) return undefined
  try {
    const line = execFileSync(getent, [database, key], {
      encoding: 'utf8',
      timeout: 2_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const fields = line.trim().split(':')
    return fields.length > 2 ? fields : undefined
  } catch {
    // getent ends with 2 for "not found", and a directory that cannot be asked is no better an answer.
    return undefined
  }
}
