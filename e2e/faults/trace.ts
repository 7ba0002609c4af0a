import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const calls = 'kill,tgkill,pidfd_send_signal,fork,vfork,clone,clone3,execve,exit_group,wait4,waitid'

/** Runs a program under strace, which stands beside it: the program is a child of whoever starts this. */
export const traced = (file: string, ...filter: readonly string[]): string[] => [
  ...['strace', '-DD', '-f', '-q', '-ttt', '--seccomp-bpf', '--decode-fds=all', '-e', 'signal=none', '-o', file],
  ...(filter.length > 0 ? filter : ['-e', `trace=${calls}`]),
]

let refusal: string | undefined | null = null

/** Why no process can be traced here: strace is missing, or the kernel or a container refuses ptrace. */
export function needsTracing(): string | undefined {
  if (refusal !== null) return refusal
  try {
    execFileSync('strace', ['-f', '-q', '-o', '/dev/null', '-e', 'trace=kill', '--decode-fds=all', 'true'], {
      stdio: 'ignore',
    })
    refusal = undefined
  } catch {
    refusal = 'needs strace and leave to trace'
  }
  return refusal
}

/** One call as strace wrote it, its two halves joined where others came in between. */
export interface Call {
  pid: number
  atS: number
  text: string
}

/** The calls of one or more traces, in order. */
export function readTrace(...texts: readonly string[]): Call[] {
  const all: Call[] = []
  for (const text of texts) {
    const open = new Map<number, Call>()
    for (const line of text.split('\n')) {
      const [, pid, at, rest] = /^(\d+) +(\d+\.\d+) (.*)$/.exec(line) ?? []
      if (rest === undefined) continue
      const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
      const begun = open.get(Number(pid))
      if (resumed && begun) {
        begun.text += resumed[1]
        // Who waits is told when the wait is over; whatever else a call does, it may do as soon as it began.
        if (begun.text.startsWith('wait')) begun.atS = Number(at)
        open.delete(begun.pid)
        continue
      }
      const call = { pid: Number(pid), atS: Number(at), text: rest.replace(/ <unfinished \.\.\.>$/, '') }
      if (rest.endsWith('<unfinished ...>')) open.set(call.pid, call)
      all.push(call)
    }
  }
  return all.sort((one, other) => one.atS - other.atS)
}

/** The process that a trace began with. */
export const rootOf = (calls: readonly Call[]): number => calls[0]?.pid ?? 0

const birth = /^(?:fork|vfork|clone3?)\((?!.*CLONE_THREAD)(?!.* = -?\d+(?: |$))/
const forked = /^(?:fork|vfork|clone3?)\(.*\) = (\d+)/
const sent = /^(?:kill\((-?\d+)|pidfd_send_signal\(\d+<pid:(-?\d+)>), (SIG\w+).* = 0$/
const reaped = /^(?:wait4\(.*\) = (\d+)|waitid\((?!.*WNOWAIT).*si_pid=(\d+).* = 0)$/

export interface Signals {
  /** Signals of agents that reached a process. */
  count: number
  /** Those that reached one which is no process of a service, or no longer was. */
  astray: string[]
}

/** A child that an agent is told of, though it may stay to be waited for. */
const told = /^(?:wait4\(.*\) = (\d+)|waitid\(.*si_pid=(\d+).* = 0)$/

/**
 * I2: each signal that an agent sent went to a process that came of an agent, and whose end nobody had been told yet,
 * so that its number could not be another's. What came of agents is whatever appears in their traces. strace misses a
 * process that is killed, with its parent, in the moment of its birth: that one is known by the birth that was cut off, or
 * by its end, of which the kernel then tells the agent as of a child of its own.
 */
export function signalsOf(traceFiles: readonly string[]): Signals {
  const traces = traceFiles.map((file) => readTrace(readFileSync(file, 'latin1')))
  const agents = new Set(traces.map(rootOf))
  const threads = new Map<number, number>()
  const alive = new Set<number>(agents)
  /** Signals to processes of which no birth was seen, until their end tells whose they were. */
  const unborn = new Map<number, string[]>()
  /** Births of which nobody was told the outcome; each may have been one. */
  let cutOff = 0
  const result: Signals = { count: 0, astray: [] }
  const calls = traces.flat().sort((one, other) => one.atS - other.atS)
  for (const { pid, text } of calls) {
    if (!text.startsWith('+++')) alive.add(pid)
    const child = Number(forked.exec(text)?.[1] ?? 0)
    if (birth.test(text)) cutOff++
    if (child > 0 && text.includes('CLONE_THREAD')) threads.set(child, threads.get(pid) ?? pid)
    else if (child > 0) {
      alive.add(child)
      // Another process has the number now: those signals were to nobody's child.
      result.astray.push(...(unborn.get(child) ?? []))
      unborn.delete(child)
    }
    const isAgent = agents.has(threads.get(pid) ?? pid)
    const [, end, endToo] = told.exec(text) ?? []
    if (isAgent) unborn.delete(Number(end ?? endToo ?? 0))
    const [, ended, endedToo] = reaped.exec(text) ?? []
    alive.delete(Number(ended ?? endedToo ?? 0))
    const [, number, pinned, signal] = sent.exec(text) ?? []
    if (signal === undefined || !isAgent) continue
    const target = Math.abs(Number(number ?? pinned))
    result.count++
    if (alive.has(target)) continue
    if (cutOff > 0 && !unborn.has(target)) {
      cutOff--
      alive.add(target)
      continue
    }
    unborn.set(target, [...(unborn.get(target) ?? []), `${signal} to ${target}:\n${lifeOf(target, calls)}`])
  }
  return { ...result, astray: [...result.astray, ...[...unborn.values()].flat()] }
}

function lifeOf(pid: number, calls: readonly Call[]): string {
  const own = calls.filter((call) => call.pid === pid || call.text.includes(String(pid)))
  return own.map((call) => `  ${call.pid} ${call.atS} ${call.text}`).join('\n')
}
