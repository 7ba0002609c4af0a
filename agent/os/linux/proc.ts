import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import type { IdentityCheck, ProcessIdentity } from '../platform.ts'
import { taskWrapperName } from '../prefix.ts'

/** What `/proc/PID/stat` says, as far as the agent uses it. Times in clock ticks. */
export interface Stat {
  pid: number
  name: string
  state: string
  parentPid: number
  groupId: number
  sessionId: number
  startTime: string
  /** User and system time of the process itself. */
  ownTicks: number
  /** The same of children that it has waited for. */
  childTicks: number
  threads: number
  residentPages: number
  /** Where its environment lies in its memory, which changes with every exec; 0 for those who may not be looked into. */
  environmentStart: number
  environmentEnd: number
}

export type Unreadable = 'gone' | 'denied'

/** USER_HZ, the unit of times in /proc, is 100 on every Linux that Node runs on; the kernel fixed it for user space. */
export const ticksPerSecond = 100
export const cookieVariable = 'HXE_INSTANCE'

const buffer = Buffer.allocUnsafe(4096)

/** Into the shared buffer, without a file object or a new buffer: a sweep does this a thousand times. */
function readInto(path: string): number | Unreadable {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    return kindOf(error)
  }
  try {
    return readSync(fd, buffer, 0, buffer.length, 0)
  } catch (error) {
    return kindOf(error)
  } finally {
    closeSync(fd)
  }
}

let page = Buffer.allocUnsafe(65_536)

/**
 * The whole of a file of which the kernel tells no size, through a buffer that is kept: `readFileSync` makes one of 64 KiB
 * for each. @throws what `openSync` and `readSync` do
 */
export function readWhole(path: string): string {
  const fd = openSync(path, 'r')
  try {
    for (let length = 0; ; ) {
      const read = readSync(fd, page, length, page.length - length, null)
      if (read === 0) return page.toString('latin1', 0, length)
      length += read
      if (length === page.length) page = Buffer.concat([page], 2 * length)
    }
  } finally {
    closeSync(fd)
  }
}

export function kindOf(error: unknown): Unreadable {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ESRCH' ? 'gone' : 'denied'
}

const space = 0x20
const nameStartMark = 0x28
const nameEndMark = 0x29
const lastField = 51

/** Positions where each field begins; the end of one is the beginning of the next less one. */
const starts = new Float64Array(lastField + 2)

/**
 * Walks the bytes once: splitting the text would cost more than the kernel takes to write it, and a sweep reads a
 * thousand of them.
 */
export function parseStat(bytes: Buffer, length: number): Stat | undefined {
  // The name may hold spaces and parentheses; nothing after it does.
  const nameEnd = bytes.lastIndexOf(nameEndMark, length - 1)
  const nameStart = bytes.indexOf(nameStartMark)
  if (nameEnd < 0 || nameStart < 0 || nameEnd >= length) return undefined
  let field = 3
  starts[field] = nameEnd + 2
  for (let at = nameEnd + 2; at < length && field <= lastField; at++) {
    if (bytes[at] === space) starts[++field] = at + 1
  }
  if (field <= 24) return undefined
  const numberAt = (each: number): number => (each < field ? readNumber(bytes, starts[each] ?? 0) : 0)
  return {
    pid: readNumber(bytes, 0),
    name: bytes.toString('utf8', nameStart + 1, nameEnd),
    state: stateOf(bytes[nameEnd + 2] ?? 0),
    parentPid: numberAt(4),
    groupId: numberAt(5),
    sessionId: numberAt(6),
    startTime: String(numberAt(22)),
    ownTicks: numberAt(14) + numberAt(15),
    childTicks: numberAt(16) + numberAt(17),
    threads: numberAt(20),
    residentPages: numberAt(24),
    environmentStart: numberAt(50),
    environmentEnd: numberAt(51),
  }
}

function readNumber(bytes: Buffer, from: number): number {
  let value = 0
  for (let at = from; ; at++) {
    const digit = (bytes[at] ?? 0) - 48
    if (digit < 0 || digit > 9) return value
    value = value * 10 + digit
  }
}

export function readStat(pid: number): Stat | Unreadable {
  const length = readInto(`/proc/${pid}/stat`)
  return typeof length === 'number' ? (parseStat(buffer, length) ?? 'gone') : length
}

/** The part of a `Stat` that changes while a process lives. */
export interface Figures {
  state: string
  ownTicks: number
  childTicks: number
  threads: number
  residentPages: number
}

/** As `parseStat`, for who asks again and again: what is found goes into a value that is there already. */
export function parseFigures(bytes: Buffer, length: number, figures: Figures): boolean {
  const nameEnd = bytes.lastIndexOf(nameEndMark, length - 1)
  if (nameEnd < 0 || nameEnd >= length) return false
  let field = 3
  let own = 0
  let children = 0
  let threads = 0
  for (let at = nameEnd + 2; at < length; at++) {
    if (bytes[at] !== space) continue
    field++
    if (field === 14 || field === 15) own += readNumber(bytes, at + 1)
    else if (field === 16 || field === 17) children += readNumber(bytes, at + 1)
    else if (field === 20) threads = readNumber(bytes, at + 1)
    else if (field === 24) {
      figures.state = stateOf(bytes[nameEnd + 2] ?? 0)
      figures.ownTicks = own
      figures.childTicks = children
      figures.threads = threads
      figures.residentPages = readNumber(bytes, at + 1)
      return true
    }
  }
  return false
}

/** One text for each letter: making it anew is the larger part of a short parse. */
const states = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))

function stateOf(code: number): string {
  return states[code] ?? String.fromCharCode(code)
}

/** As `readStatFrom`, in figures; false when it has gone. */
export function readFiguresFrom(fd: number, figures: Figures): boolean {
  try {
    return parseFigures(buffer, readSync(fd, buffer, 0, buffer.length, 0), figures)
  } catch {
    return false
  }
}

/**
 * From a descriptor of `/proc/PID/stat` that is kept open. It stays with its process: when that has gone the answer
 * is "gone", whoever has the number by then.
 */
export function readStatFrom(fd: number): Stat | 'gone' {
  try {
    return parseStat(buffer, readSync(fd, buffer, 0, buffer.length, 0)) ?? 'gone'
  } catch {
    return 'gone'
  }
}

/** The error's code when a process's /proc entry cannot be read. */
export function whyUnreadable(pid: number): string {
  try {
    closeSync(openSync(`/proc/${pid}/stat`, 'r'))
    return 'EAGAIN'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EIO'
  }
}

export function isRow(stat: Stat | Unreadable): stat is Stat {
  return typeof stat === 'object'
}

/** A zombie holds its pid but does nothing any more. */
export function isEnded(stat: Pick<Stat, 'state'>): boolean {
  return stat.state === 'Z' || stat.state === 'X'
}

/** A thread beside its process's first has a folder in /proc as well, which is not listed. */
export function isThread(id: number): boolean {
  const length = readInto(`/proc/${id}/status`)
  if (typeof length !== 'number') return false
  return Number(/^Tgid:\t(\d+)$/m.exec(buffer.toString('latin1', 0, length))?.[1]) !== id
}

export function listPids(): number[] {
  const pids: number[] = []
  for (const name of readdirSync('/proc')) {
    const first = name.charCodeAt(0)
    if (first >= 48 && first <= 57) pids.push(Number(name))
  }
  return pids
}

/** The value of one variable in the text of `/proc/PID/environ`. */
export function variableIn(environment: Buffer, name: string): string | undefined {
  const key = `${name}=`
  for (let at = 0; at >= 0 && at < environment.length; ) {
    const found = environment.indexOf(key, at)
    if (found < 0) return undefined
    if (found === 0 || environment[found - 1] === 0) {
      const end = environment.indexOf(0, found)
      return environment.toString('utf8', found + key.length, end < 0 ? environment.length : end)
    }
    at = found + 1
  }
  return undefined
}

export function childrenOf(pid: number): number[] {
  return listPids().filter((each) => {
    const stat = readStat(each)
    return isRow(stat) && stat.parentPid === pid
  })
}

const shellNames = new Set(['sh', 'dash', 'bash', 'ash', 'busybox'])

/**
 * Whether a process is the shell that waits for a task and writes down how it ended. Its words are read at once, which
 * is safe of a shell with one thread that waits for nothing but its child; see CarefulReader.
 */
export function isTaskWrapper(pid: number): boolean {
  const stat = readStat(pid)
  if (!isRow(stat) || !shellNames.has(stat.name) || stat.threads !== 1 || stat.state === 'D') return false
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')
    return words[1] === '-c' && words[3] === taskWrapperName
  } catch {
    // Ended meanwhile, which the signal will find out.
    return false
  }
}

export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

export function identityOf(bootId: string, pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid)
  return isRow(stat) && !isEnded(stat) ? { bootId, pid, startTime: stat.startTime } : undefined
}

export function checkIdentity(bootId: string, identity: ProcessIdentity): IdentityCheck {
  if (identity.bootId !== bootId) return 'stranger'
  const stat = readStat(identity.pid)
  // With hidepid a foreign process is not shown, though it is there.
  if (stat === 'gone') return isThere(identity.pid) ? 'unknown' : 'stranger'
  if (stat === 'denied') return 'unknown'
  return stat.startTime === identity.startTime && !isEnded(stat) ? 'match' : 'stranger'
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The children of this process; undefined where the kernel does not list them (CONFIG_PROC_CHILDREN). */
export function listChildren(): number[] | undefined {
  try {
    const text = readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1')
    return text.split(' ').filter(Boolean).map(Number)
  } catch {
    return undefined
  }
}
