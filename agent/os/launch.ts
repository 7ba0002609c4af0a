import { getPriority, setPriority } from 'node:os'
import { basename } from 'node:path'
import { resolveAccount } from './accounts.ts'
import { explainTooBig, lookUpProgram } from './lookup.ts'
import { SpawnError, type SpawnRequest } from './platform.ts'
import { lostNames, needsPrefix, type PrefixWork, withPrefix } from './prefix.ts'

/** What is executed for a request, after everything that can be known before was checked. */
export interface Launch {
  /** The file to execute. */
  path: string
  argv: string[]
  /** The program itself, which `path` is unless a shell leads to it. */
  program: string
  prefixed: boolean
  notes: string[]
}

/** What a control group takes over of a request's limits. */
export interface GroupShare {
  join: readonly string[]
  memory: boolean
  cpu: boolean
  pids: boolean
}

export const noGroup: GroupShare = { join: [], memory: false, cpu: false, pids: false }

/** @throws {SpawnError} */
export function planLaunch(request: SpawnRequest, share: GroupShare): Launch {
  const found = lookUpProgram(request)
  if (found instanceof SpawnError) throw found
  const account = resolveAccount(request.user, request.group)
  if ('problem' in account) {
    throw new SpawnError(account.problem, {
      code: account.what === 'permission' ? 'EPERM' : 'ENOENT',
      what: account.what,
      subject: (account.what === 'group' ? request.group : request.user) ?? request.group ?? '',
      retryable: false,
    })
  }

  const notes: string[] = []
  const work: PrefixWork = {
    join: share.join,
    ulimits: ulimitsFor(request, share, found.runtime ?? basename(found.path), notes),
    umask: request.umask,
    nice: niceFor(request, notes),
    account: account.account,
    statusFile: request.statusFile,
  }
  const script = found.script ? ['/bin/sh', found.path, ...request.argv.slice(1)] : undefined
  if (!needsPrefix(work)) {
    return {
      path: script ? '/bin/sh' : found.path,
      argv: script ?? [...request.argv],
      program: found.path,
      prefixed: false,
      notes,
    }
  }
  refuseTooBig(request)
  const lost = lostNames(request.env)
  if (lost.length > 0)
    notes.push(`These variables could not be handed on, their names being no identifiers: ${lost.join(', ')}`)
  const argv = withPrefix(script ?? [found.path, ...request.argv.slice(1)], request.env, work)
  return { path: argv[0] ?? '/bin/sh', argv, program: found.path, prefixed: true, notes }
}

/** Behind a shell E2BIG would be an exit code; the bound is a quarter of the stack limit, 2 MiB as a rule. */
function refuseTooBig(request: SpawnRequest): void {
  let bytes = 0
  for (const word of request.argv) bytes += Buffer.byteLength(word) + 9
  for (const name in request.env) bytes += Buffer.byteLength(name) + Buffer.byteLength(request.env[name] ?? '') + 10
  if (bytes > 2_000_000) throw explainTooBig(request)
}

/** `nice` adds to what its parent has, so what a service is to have is counted from the agent's own, as it is. */
function niceFor(request: SpawnRequest, notes: string[]): number | undefined {
  if (request.nice === undefined) return undefined
  const change = request.nice - getPriority()
  if (change < 0 && process.getuid?.() !== 0) {
    notes.push(`nice = ${request.nice} needs root, so the service runs with the agent's priority`)
    return undefined
  }
  return change === 0 ? undefined : change
}

/**
 * As root Chromium gives Electron's main thread a better priority, and a child inherits it from the thread that starts
 * it: so that thread takes the usual one for as long as the start lasts.
 */
export function atUsualPriority<T>({ nice }: Pick<SpawnRequest, 'nice'>, start: () => T): T {
  const own = getPriority()
  if (nice !== undefined || own >= 0) return start()
  setPriority(0)
  try {
    return start()
  } finally {
    restorePriority(own)
  }
}

function restorePriority(priority: number): void {
  try {
    setPriority(priority)
  } catch {
    // Whoever may not have a better priority than others has the usual one from now on.
  }
}

/** Runtimes that reserve far more address space than they use; `ulimit -v` keeps them from starting at all. */
const reservesAddressSpace =
  /^(node|nodejs|deno|bun|java|dotnet|electron|chrome|chromium|firefox|beam\.smp|erl|elixir|go|ruby|pypy.*)$/

function ulimitsFor(request: SpawnRequest, share: GroupShare, program: string, notes: string[]): PrefixWork['ulimits'] {
  const { nofile, memoryBytes, cpuCores, pids } = request.limits ?? {}
  const ulimits: { nofile?: number; addressSpaceKiB?: number; processes?: number } = {}
  if (nofile !== undefined) ulimits.nofile = withinHardLimit(nofile, notes)
  if (memoryBytes !== undefined && !share.memory) {
    if (reservesAddressSpace.test(program)) {
      notes.push(
        `The memory limit is not enforced by the system: no control group is writable, and ${program} cannot run under ulimit -v`,
      )
    } else {
      ulimits.addressSpaceKiB = Math.ceil(memoryBytes / 1024)
      notes.push(
        'The memory limit is enforced by ulimit -v, for each process and counting reserved memory: no control group is writable',
      )
    }
  }
  if (cpuCores !== undefined && !share.cpu)
    notes.push('The CPU limit is not enforced: no control group with the cpu controller is writable')
  if (pids !== undefined && !share.pids) {
    if (process.getuid?.() === 0 && request.user === undefined) {
      notes.push('The process limit is not enforced: no control group is writable, and ulimit -u does not bind root')
    } else {
      ulimits.processes = pids
      notes.push(
        'The process limit is enforced by ulimit -u, which counts all processes of the user: no control group is writable',
      )
    }
  }
  return ulimits
}

function withinHardLimit(wanted: number, notes: string[]): number {
  const hard = process.report ? openFilesHardLimit() : undefined
  if (hard === undefined || wanted <= hard || process.getuid?.() === 0) return wanted
  notes.push(`nofile = ${wanted} is more than the agent may give; the service has ${hard}`)
  return hard
}

let hardLimit: number | undefined

function openFilesHardLimit(): number | undefined {
  if (hardLimit !== undefined) return hardLimit
  const report = process.report?.getReport() as
    | { userLimits?: { open_files?: { hard?: number | 'unlimited' } } }
    | undefined
  const hard = report?.userLimits?.open_files?.hard
  hardLimit = typeof hard === 'number' ? hard : Number.POSITIVE_INFINITY
  return hardLimit
}
