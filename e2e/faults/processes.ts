import { readdirSync, readFileSync } from 'node:fs'

/** A process that carries the mark of a service. */
export interface Marked {
  pid: number
  cookie: string
  service: string
  replica: string
}

/** What /proc says of a process; undefined when it is gone meanwhile, or somebody else's. */
function procText(pid: number | string, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return undefined // It has ended since the folder was listed.
  }
}

/** Every live process that carries a cookie with this beginning: the truth that the agent is measured against. */
export function marked(prefix: string): Marked[] {
  const found: Marked[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const text = procText(name, 'environ')
    if (!text?.includes(`HXE_INSTANCE=${prefix}`)) continue
    const variables = new Map(
      text.split('\0').map((pair) => {
        const at = pair.indexOf('=')
        return [pair.slice(0, at), pair.slice(at + 1)] as const
      }),
    )
    const cookie = variables.get('HXE_INSTANCE') ?? ''
    if (!cookie.startsWith(prefix)) continue
    found.push({
      pid: Number(name),
      cookie,
      service: variables.get('HXE_SERVICE') ?? '',
      replica: variables.get('HXE_REPLICA') ?? '0',
    })
  }
  return found
}

/** Instances of which more than one run is alive. */
export function doubled(processes: readonly Marked[]): string[] {
  const cookies = new Map<string, Set<string>>()
  for (const { service, replica, cookie } of processes) {
    const instance = `${service}#${replica}`
    cookies.set(instance, (cookies.get(instance) ?? new Set()).add(cookie))
  }
  return [...cookies].filter(([, runs]) => runs.size > 1).map(([name, runs]) => `${name}: ${[...runs].join(', ')}`)
}

/** The processes that have all of these in their command line. */
export function named(...texts: readonly string[]): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((name) => texts.every((text) => procText(name, 'cmdline')?.includes(text))).map(Number)
}

/** Whether its tracer holds a thread of a process. */
export function isHeld(pid: number): boolean {
  const threads = procNames(`${pid}/task`)
  return threads.some((thread) => stateOf(`${pid}/task/${thread}`) === 't')
}

function procNames(folder: string): string[] {
  try {
    return readdirSync(`/proc/${folder}`)
  } catch {
    return [] // The process has ended.
  }
}

const stateOf = (task: number | string): string | undefined => procText(task, 'stat')?.split(') ').at(-1)?.[0]

/** Whether it waits for a disk or the like, where no signal reaches it. */
export const isWaitingInKernel = (pid: number): boolean => stateOf(pid) === 'D'

/** Whether all threads of a process stand still, as it was told to: one that is at work in the kernel ends that first. */
export function areStopped(pid: number): boolean {
  return procNames(`${pid}/task`).every((thread) => stateOf(`${pid}/task/${thread}`) === 'T')
}

export function isAlive(pid: number): boolean {
  const state = stateOf(pid)
  return state !== undefined && state !== 'Z' && state !== 'X'
}

export function rssBytes(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(procText(pid, 'status') ?? '')?.[1] ?? 0)
}

/** Begins the count of the highest memory anew: `peakBytes` tells it from then on. */
export function peakBytes(pid: number): number {
  return 1024 * Number(/VmHWM:\s+(\d+)/.exec(procText(pid, 'status') ?? '')?.[1] ?? 0)
}

export function fdCount(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** User and system time so far. */
export function cpuMs(pid: number): number {
  const fields = (procText(pid, 'stat') ?? '').split(') ').at(-1)?.split(' ') ?? []
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

export function startTimeOf(pid: number): string {
  return (procText(pid, 'stat') ?? '').split(') ').at(-1)?.split(' ')[19] ?? ''
}

/** Ended children that nobody has taken notice of. */
export function zombiesOf(parentPid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const fields = (procText(name, 'stat') ?? '').split(') ').at(-1)?.split(' ')
      return fields?.[0] === 'Z' && fields[1] === String(parentPid)
    })
    .map(Number)
}

/** Whether a process listens for Node's inspector: it never may. */
export function listensOn(port: number): boolean {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return ['tcp', 'tcp6'].some((file) =>
    (procText('net', file) ?? '').split('\n').some((line) => {
      const [, local, , state] = line.trim().split(/\s+/)
      return local?.endsWith(wanted) && state === '0A'
    }),
  )
}
