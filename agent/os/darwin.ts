import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { Fallback } from './fallback.ts'
import { Leaders } from './leaders.ts'
import type { IdentityCheck, Platform, ProcessIdentity } from './platform.ts'
import { type FullRow, ListedProcesses } from './rows.ts'
import type { ProcessSource } from './source.ts'

const run = promisify(execFile)
const plainEnv = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' }
const mostOutputBytes = 64 * 1024 * 1024

/** macOS: `child_process` starts and watches, `ps` knows the processes. */
export function createDarwin(): Platform {
  const leaders = new Leaders()
  return new Fallback(new PsSource(leaders), leaders, { name: 'darwin' })
}

class PsSource extends ListedProcesses implements ProcessSource {
  constructor(leaders: Leaders) {
    super(readBootId(), listByPs, leaders)
  }

  identityOf(pid: number): ProcessIdentity | undefined {
    const startTime = startOf(pid)
    return startTime === undefined ? undefined : { bootId: this.bootId, pid, startTime }
  }

  check(identity: ProcessIdentity): IdentityCheck {
    if (identity.bootId !== this.bootId) return 'stranger'
    return startOf(identity.pid) === identity.startTime ? 'match' : 'stranger'
  }

  behindWrapper(pid: number): number[] | undefined {
    const command = psOf(pid, 'command=')
    if (!command?.includes(' hxe-task ')) return undefined
    const pairs = execFileSync('/bin/ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8', env: plainEnv })
    return [...pairs.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm)]
      .filter((pair) => Number(pair[2]) === pid)
      .map((pair) => Number(pair[1]))
  }
}

function readBootId(): string {
  return execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim()
}

function psOf(pid: number, field: string): string | undefined {
  try {
    return execFileSync('/bin/ps', ['-o', `stat=,${field}`, '-ww', '-p', String(pid)], {
      encoding: 'utf8',
      env: plainEnv,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    // ps ends with 1 when there is no such process.
    return undefined
  }
}

/** Seconds since 1970; undefined for a process that is gone or a zombie. */
function startOf(pid: number): string | undefined {
  const line = psOf(pid, 'lstart=')
  if (line === undefined || line.startsWith('Z')) return undefined
  return secondsOf(line.replace(/^\S+\s+/, ''))
}

/** `Mon Nov 24 09:00:00 2025`, in UTC by the environment above. */
function secondsOf(lstart: string): string {
  return String(Date.parse(`${lstart.trim()} UTC`) / 1000)
}

async function listByPs(): Promise<FullRow[]> {
  const fields = 'pid=,ppid=,pgid=,stat=,user=,rss=,time=,lstart=,ucomm='
  const options = { env: plainEnv, maxBuffer: mostOutputBytes }
  const [table, commands] = await Promise.all([
    run('/bin/ps', ['-axww', '-o', fields], options),
    // With E the environment of this user's own processes follows the command.
    run('/bin/ps', ['-axwwE', '-o', 'pid=,command='], options),
  ])
  return parsePs(table.stdout, commands.stdout)
}

const rowPattern =
  /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/

export function parsePs(table: string, commands: string): FullRow[] {
  const commandOf = new Map<number, string>()
  for (const [, pid, command = ''] of commands.matchAll(/^\s*(\d+)\s+(.*)$/gm)) commandOf.set(Number(pid), command)
  const rows: FullRow[] = []
  for (const line of table.split('\n')) {
    const [, pid, ppid, pgid, state = '', user = '', rss, time = '', started = '', name = ''] =
      rowPattern.exec(line) ?? []
    if (pid === undefined || state.startsWith('Z')) continue
    const command = commandOf.get(Number(pid)) ?? name
    const cookie = /(?:^|\s)HXE_INSTANCE=(\S+)/.exec(command)?.[1]
    const startTime = secondsOf(started)
    rows.push({
      pid: Number(pid),
      parentPid: Number(ppid),
      groupId: Number(pgid),
      // macOS shows no session id; a service's leader opens group and session alike.
      sessionId: Number(pgid),
      startTime,
      state: state[0] ?? '?',
      name: name.trim(),
      command: command.replace(/\s+[A-Za-z_]\w*=.*$/, ''),
      user,
      memoryBytes: Number(rss) * 1024,
      cpuTimeMs: parseTime(time),
      startedAtMs: Number(startTime) * 1000,
      ...(cookie === undefined ? {} : { cookie }),
    })
  }
  return rows
}

/** `1:02:03.45`, `2:03.45`, with days as `1-02:03:04`. */
export function parseTime(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse()
  const seconds = clock.split(':').reduce((total, part) => total * 60 + Number(part), 0)
  return Math.round((Number(days) * 86_400 + seconds) * 1000)
}
