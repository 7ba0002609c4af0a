import { execFile, execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import type koffiModule from 'koffi'
import { Fallback, type Ways } from './fallback.ts'
import { Leaders } from './leaders.ts'
import type { IdentityCheck, Platform, ProcessIdentity } from './platform.ts'
import { type FullRow, ListedProcesses } from './rows.ts'
import type { SignalAnswer } from './signals.ts'
import type { ProcessSource } from './source.ts'

const run = promisify(execFile)
const mostOutputBytes = 64 * 1024 * 1024
/** Start times here are absolute (100 ns since 1601), so a pid with one is never met again after a boot. */
const anyBoot = 'absolute'
const unixEpochIn100Ns = 116_444_736_000_000_000n

/** Windows: `child_process` starts and watches, a job object per instance holds its tree together. */
export function createWindows(dataDirId: string): Platform {
  const leaders = new Leaders()
  const kernel = loadKernel(dataDirId)
  return new Fallback(new WindowsSource(leaders, kernel), leaders, waysOf(kernel))
}

function waysOf(kernel: Kernel | undefined): Ways {
  return {
    name: 'win32',
    signal: (pid, signal) => taskkill(pid, signal, false),
    signalGroup: (leader, signal) => taskkill(leader.pid, signal, true),
    ...(kernel ? { started: kernel.putInJob, killAll: kernel.endJob } : {}),
  }
}

/** A console program has no message that asks it to end; what has a window gets WM_CLOSE, and SIGKILL ends both. */
function taskkill(pid: number, signal: string, tree: boolean): SignalAnswer {
  const options = [...(tree ? ['/T'] : []), ...(signal === 'SIGKILL' ? ['/F'] : [])]
  try {
    execFileSync('taskkill', ['/PID', String(pid), ...options], { stdio: 'ignore', windowsHide: true })
    return 'sent'
  } catch (error) {
    // 128: no such process. 1: it is there and may not, or without /F cannot, be ended.
    return (error as { status?: number }).status === 128 ? 'gone' : 'denied'
  }
}

class WindowsSource extends ListedProcesses implements ProcessSource {
  readonly #kernel: Kernel | undefined

  constructor(leaders: Leaders, kernel: Kernel | undefined) {
    super(anyBoot, listByPowerShell, leaders)
    this.#kernel = kernel
  }

  identityOf(pid: number): ProcessIdentity | undefined {
    const startTime = this.#kernel ? this.#kernel.startOf(pid) : startByPowerShell(pid)
    return typeof startTime === 'string' && startTime !== 'denied' ? { bootId: anyBoot, pid, startTime } : undefined
  }

  check(identity: ProcessIdentity): IdentityCheck {
    const startTime = this.#kernel ? this.#kernel.startOf(identity.pid) : startByPowerShell(identity.pid)
    if (startTime === 'denied') return 'unknown'
    return startTime === identity.startTime ? 'match' : 'stranger'
  }

  /** There is no `sh` to wait for a task with. */
  behindWrapper(): undefined {
    return undefined
  }
}

interface Kernel {
  /** 100 ns since 1601; undefined when the process has ended. */
  startOf(pid: number): string | 'denied' | undefined
  putInJob(instance: string, pid: number): void
  endJob(instance: string): void
}

const queryLimited = 0x1000
const setQuotaAndTerminate = 0x0101
const jobAll = 0x1f001f
const accessDenied = 5
const stillActive = 259

function loadKernel(dataDirId: string): Kernel | undefined {
  let koffi: typeof koffiModule
  try {
    koffi = createRequire(import.meta.url)('koffi') as typeof koffiModule
  } catch {
    // Without koffi PowerShell answers, slowly, and `taskkill /T` stands in for the job object.
    return undefined
  }
  const dll = koffi.load('kernel32.dll')
  const openProcess = dll.func('intptr_t __stdcall OpenProcess(uint32_t access, bool inherit, uint32_t pid)')
  const closeHandle = dll.func('bool __stdcall CloseHandle(intptr_t handle)')
  const lastError = dll.func('uint32_t __stdcall GetLastError()')
  const exitCode = dll.func('bool __stdcall GetExitCodeProcess(intptr_t process, _Out_ uint32_t *code)')
  const processTimes = dll.func(
    'bool __stdcall GetProcessTimes(intptr_t process, _Out_ uint64_t *created, _Out_ uint64_t *ended, _Out_ uint64_t *kernel, _Out_ uint64_t *user)',
  )
  const createJob = dll.func('intptr_t __stdcall CreateJobObjectW(void *security, str16 name)')
  const openJob = dll.func('intptr_t __stdcall OpenJobObjectW(uint32_t access, bool inherit, str16 name)')
  const assign = dll.func('bool __stdcall AssignProcessToJobObject(intptr_t job, intptr_t process)')
  const terminateJob = dll.func('bool __stdcall TerminateJobObject(intptr_t job, uint32_t code)')

  const jobs = new Map<string, number | bigint>()
  const nameOf = (instance: string): string => `Local\\hxe-${dataDirId}-${encodeURIComponent(instance)}`
  const withProcess = <T>(pid: number, access: number, use: (handle: unknown) => T): T | 'denied' | undefined => {
    const handle = openProcess(access, false, pid)
    if (Number(handle) === 0) return lastError() === accessDenied ? 'denied' : undefined
    try {
      return use(handle)
    } finally {
      closeHandle(handle)
    }
  }
  return {
    startOf: (pid) =>
      withProcess(pid, queryLimited, (handle) => {
        const code = [0]
        if (exitCode(handle, code) && code[0] !== stillActive) return undefined
        const created = [0n]
        return processTimes(handle, created, [0n], [0n], [0n]) ? String(created[0]) : undefined
      }),
    putInJob(instance, pid) {
      // The job lives as long as a process is in it, whatever becomes of the agent: no kill on close.
      const job = jobs.get(instance) ?? createJob(null, nameOf(instance))
      if (Number(job) === 0) return
      jobs.set(instance, job)
      withProcess(pid, setQuotaAndTerminate, (handle) => assign(job, handle))
    },
    endJob(instance) {
      const job = jobs.get(instance) ?? openJob(jobAll, false, nameOf(instance))
      if (Number(job) === 0) return
      terminateJob(job, 1)
      closeHandle(job)
      jobs.delete(instance)
    },
  }
}

const query = `Get-CimInstance Win32_Process | ForEach-Object {
  $start = if ($_.CreationDate) { $_.CreationDate.ToFileTimeUtc().ToString() } else { '0' }
  @($_.ProcessId, $_.ParentProcessId, $start, $_.ThreadCount, $_.WorkingSetSize, ($_.KernelModeTime + $_.UserModeTime), $_.Name, $_.CommandLine) -join [char]9
}`

async function listByPowerShell(): Promise<FullRow[]> {
  const { stdout } = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', query], {
    maxBuffer: mostOutputBytes,
    windowsHide: true,
  })
  return parseProcesses(stdout)
}

/** One process a line, fields between tabs. Windows has no sessions in this sense, so trees go by parents. */
export function parseProcesses(text: string): FullRow[] {
  const rows: FullRow[] = []
  for (const line of text.split(/\r?\n/)) {
    const [pid, parent, startTime = '', threads, memory, cpu, name = '', command = ''] = line.split('\t')
    if (parent === undefined) continue
    rows.push({
      pid: Number(pid),
      parentPid: Number(parent),
      groupId: Number(pid),
      sessionId: Number(pid),
      startTime,
      state: 'R',
      name,
      command: command || name,
      user: '',
      threads: Number(threads),
      memoryBytes: Number(memory),
      cpuTimeMs: Number(cpu) / 10_000,
      startedAtMs: Number((BigInt(startTime || 0) - unixEpochIn100Ns) / 10_000n),
    })
  }
  return rows
}

function startByPowerShell(pid: number): string | undefined {
  const command = `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.ToFileTimeUtc()`
  try {
    return execFileSync('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', command], {
      encoding: 'utf8',
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined
  }
}
