import { durationInWords } from '../../../contract/format.ts'
import { type Cause, type Context, cause, type Link } from '../cause.ts'
import type { ServiceFacts } from '../facts.ts'
import { copyCommand, showLogs, start, stop } from '../fixes.ts'
import { at, clean, list, processName, processWithPid } from '../words.ts'

type Stop = NonNullable<ServiceFacts['stop']>

const whenStopping = ({ facts }: Context): Stop | undefined => (facts.state === 'stopping' ? facts.stop : undefined)

const inKernel = (stop: Stop): boolean => stop.remaining.some(({ state }) => state === 'D')

const who = (stop: Stop): string => list(stop.remaining.map(processWithPid))

/** Inside a sentence: `worker.js, pid 812`. */
const named = (stop: Stop): string =>
  list(stop.remaining.map((process) => `${processName(process)}, pid ${process.pid}`))

function asked(facts: ServiceFacts, stop: Stop): Link {
  return { subject: clean(facts.name, 80), fact: `was asked to end with ${signalOf(stop)}`, ...at(stop.askedAtMs) }
}

const signalOf = (stop: Stop): string => clean(stop.signal, 20) || 'a signal'

function inspect(stop: Stop): ReturnType<typeof copyCommand>[] {
  const pids = stop.remaining.map(({ pid }) => pid).slice(0, 8)
  if (pids.length === 0) return []
  return [
    copyCommand('Copy the command that shows what it waits for', `ps -o pid,stat,wchan:32,args -p ${pids.join(',')}`),
  ]
}

/** How long it was given before it was killed. */
const patience = (stop: Stop): string =>
  durationInWords(
    stop.killedAtMs !== undefined && stop.killedAtMs > stop.askedAtMs
      ? stop.killedAtMs - stop.askedAtMs
      : stop.timeoutMs,
  )

const unkillable = cause<Stop>({
  id: 'unkillable',
  when: ({ facts }) => (facts.stop?.unkillable ? facts.stop : undefined),
  sentence(stop) {
    const subject = who(stop) || 'A process of it'
    const reason = inKernel(stop)
      ? 'waits in the kernel (disk or network) and cannot be killed until that comes back'
      : 'is still there though it was killed by force'
    return `${subject} ${reason}`
  },
  chain: (stop, { facts }) => [
    ...stop.remaining.slice(0, 5).map((process) => ({
      subject: processWithPid(process),
      fact: process.state === 'D' ? 'waits in the kernel for a disk or the network' : 'does not end',
    })),
    asked(facts, stop),
    { subject: clean(facts.name, 80), fact: 'was killed by SIGKILL, without effect', ...at(stop.killedAtMs) },
    { subject: clean(facts.name, 80), fact: 'is not started again before nothing of it is left' },
  ],
  fixes: (stop, { facts }) => [...inspect(stop), showLogs(facts.name)],
})

const beingKilled = cause<Stop>({
  id: 'being-killed',
  when: (context) => {
    const stop = whenStopping(context)
    return stop?.killedAtMs === undefined ? undefined : stop
  },
  sentence: (stop) => `${signalOf(stop)} ignored for ${patience(stop)}${by(stop)}, now being killed`,
  chain: (stop, { facts }) => killedChain(facts, stop),
  fixes: (_, { facts }) => [showLogs(facts.name)],
})

const stopping = cause<Stop>({
  id: 'stopping',
  when: whenStopping,
  sentence(stop) {
    const left = who(stop)
    const deadline = `is killed ${durationInWords(stop.timeoutMs)} after it was asked`
    if (!left) return `Stopping: asked to end with ${signalOf(stop)}, ${deadline} at the latest`
    return `Stopping: ${left} still ${stop.remaining.length > 1 ? 'run' : 'runs'} after ${signalOf(stop)}, ${deadline}`
  },
  chain: (stop, { facts }) => [
    asked(facts, stop),
    ...stop.remaining.slice(0, 8).map((process) => ({
      subject: processWithPid(process),
      fact: process.state === 'D' ? 'waits in the kernel for a disk or the network' : 'still runs',
    })),
    {
      subject: clean(facts.name, 80),
      fact: 'is killed if anything is left of it',
      ...at(stop.askedAtMs + stop.timeoutMs),
    },
  ],
  fixes: (_, { facts }) => [showLogs(facts.name)],
})

const stoppingUnknown = cause<true>({
  id: 'ending',
  when: ({ facts }) => (facts.state === 'stopping' ? true : undefined),
  sentence: () => 'Stopping: what is left of it is being ended',
  chain: (_, { facts }) => [
    { subject: clean(facts.name, 80), fact: 'what is left of it is being ended', ...at(facts.sinceMs) },
  ],
  fixes: (_, { facts }) => [showLogs(facts.name)],
})

/** How a stop went that had to use force: the service is stopped as wanted, and its handler of the signal is not. */
const killed = cause<Stop>({
  id: 'killed-at-stop',
  when: ({ facts }) => (facts.state === 'stopped' && facts.stop?.killedAtMs !== undefined ? facts.stop : undefined),
  sentence: (stop) => `${signalOf(stop)} ignored for ${patience(stop)}${by(stop)}, then killed`,
  chain: (stop, { facts }) => killedChain(facts, stop),
  fixes: (_, { facts }) => [showLogs(facts.name), start(facts.name)],
})

const by = (stop: Stop): string => (stop.remaining.length > 0 ? ` by ${named(stop)}` : '')

function killedChain(facts: ServiceFacts, stop: Stop): Link[] {
  const ignored = `did not end within ${patience(stop)}`
  const subjects = stop.remaining.length > 0 ? stop.remaining.slice(0, 8).map(processWithPid) : [clean(facts.name, 80)]
  return [
    asked(facts, stop),
    ...subjects.map((subject) => ({ subject, fact: ignored })),
    { subject: clean(facts.name, 80), fact: 'was killed by SIGKILL', ...at(stop.killedAtMs) },
  ]
}

/** In reverse order of the dependencies: it goes on running until what needs it has ended. */
const lastToStop = cause<readonly string[]>({
  id: 'stops-after',
  when: ({ facts }) => {
    const others = facts.desired === 'down' && facts.state === 'running' ? (facts.stopsAfter ?? []) : []
    return others.length > 0 ? others : undefined
  },
  sentence: (others) =>
    `Stops after ${list(others.map((name) => clean(name, 64)))}, which ${others.length > 1 ? 'need' : 'needs'} it`,
  chain: (others, { facts, factsOf }) => [
    ...others.slice(0, 8).flatMap((name) => {
      const left = factsOf(name)?.stop?.remaining ?? []
      const blockers = left.slice(0, 3).map((process) => ({ subject: processWithPid(process), fact: 'still runs' }))
      return [...blockers, { subject: clean(name, 64), fact: 'is not stopped yet' }]
    }),
    { subject: clean(facts.name, 80), fact: 'waits with its own stop' },
  ],
  fixes: (others) => others.slice(0, 2).map(stop),
})

export const stopCauses: readonly Cause[] = [unkillable, beingKilled, stopping, stoppingUnknown, killed, lastToStop]
