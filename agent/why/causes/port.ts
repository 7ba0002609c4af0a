import { type Cause, type Context, cause, type Fix, type Link } from '../cause.ts'
import type { ServiceFacts } from '../facts.ts'
import { openFile, openService, setAttribute, showLogs, startAgain, stop } from '../fixes.ts'
import { failed, outcomeLinks } from '../outcome.ts'
import { takenPorts } from '../ports.ts'
import { clean, programName } from '../words.ts'

type Port = NonNullable<ServiceFacts['port']>
type Holder = NonNullable<Port['holder']>

const notRunning = new Set<ServiceFacts['state']>(['failed', 'backoff', 'starting', 'waiting'])

/** The agent looked before the start and did not begin it. */
const beforeStart = ({ startError, reasonCode }: ServiceFacts): boolean =>
  startError ? startError.what === 'port' : reasonCode === 'port-taken'

/** The agent found the port taken before the start, or the service's last lines say so. */
function taken({ facts, lines }: Context): Port | undefined {
  if (!facts.port || !notRunning.has(facts.state)) return undefined
  if (beforeStart(facts)) return facts.port
  if (facts.startError) return undefined
  const ended = facts.exit !== undefined && failed(facts.exit)
  const candidates = takenPorts(lines, { declared: [facts.port.port], commandLine: facts.commandLine })
  return ended && candidates.includes(facts.port.port) ? facts.port : undefined
}

function anotherPort(port: Port, facts: ServiceFacts): Fix[] {
  if (port.freePort === undefined || !port.range) return []
  const change = { attribute: port.attribute ?? 'ports', value: port.freePort, replaces: port.port }
  return [setAttribute(`Use port ${port.freePort}`, facts, change)]
}

function endHolder({ pid, startTime }: Holder, facts: ServiceFacts): Fix {
  return {
    label: `Stop pid ${pid} and start`,
    action: { kind: 'end-process', pid, startTime, thenStart: facts.name },
  }
}

const holderName = (holder: Holder): string => `${programName(holder)} (pid ${holder.pid})`

const held = cause<Port & { holder: Holder }>({
  id: 'port-held',
  when(context) {
    const port = taken(context)
    return port?.holder && { ...port, holder: port.holder }
  },
  sentence({ port, holder }, { facts }) {
    const base = `Port ${port} is held by ${holderName(holder)}`
    if (holder.leftFromOwnRun) return `${base}, left from ${clean(facts.name, 80)}’s own last run`
    return holder.service ? `${base}, which is the service ${clean(holder.service, 80)}` : base
  },
  chain({ port, holder }, { facts }) {
    const whose = holder.leftFromOwnRun
      ? `, left from ${clean(facts.name, 80)}’s own last run`
      : holder.service
        ? `, the service ${clean(holder.service, 80)}`
        : ''
    const command = clean(holder.command, 120)
    const links: Link[] = [
      { subject: holderName(holder), fact: `listens on port ${port}${whose}${command ? `: ${command}` : ''}` },
    ]
    return [...links, ...outcome(facts, port)]
  },
  fixes(port, { facts }) {
    const { holder } = port
    const another = anotherPort(port, facts)
    const mine = holder.service !== undefined && !holder.leftFromOwnRun
    // A leftover of its own is safe to end. What is somebody else's is asked about by a button that names its pid.
    const free = mine
      ? [...another, stop(holder.service ?? ''), openService(holder.service ?? '')]
      : [endHolder(holder, facts), ...another]
    return [...free, startAgain(facts), ...(port.range ? [openFile(port.range)] : []), showLogs(facts.name)]
  },
  lastLines: (_, { facts, lines }) => (beforeStart(facts) ? [] : lines),
})

const heldByHidden = cause<Port>({
  id: 'port-hidden',
  when: (context) => {
    const port = taken(context)
    return port?.hidden ? port : undefined
  },
  sentence: ({ port }) => `Port ${port} is held by a process of another user`,
  chain: ({ port }, { facts }) => [
    { subject: `port ${port}`, fact: 'is held by a process that this agent may not see' },
    ...outcome(facts, port),
  ],
  fixes: (port, { facts }) => [
    ...anotherPort(port, facts),
    {
      label: 'Copy the command that shows who it is',
      action: { kind: 'run-command', command: `sudo ss -ltnp sport = :${port.port}` },
    },
    startAgain(facts),
    ...(port.range ? [openFile(port.range)] : []),
  ],
  lastLines: (_, { facts, lines }) => (beforeStart(facts) ? [] : lines),
})

const wasTaken = cause<Port>({
  id: 'port-free-again',
  when: taken,
  sentence: ({ port }) => `Port ${port} was taken when it started; nobody holds it now`,
  chain: ({ port }, { facts }) => [
    { subject: `port ${port}`, fact: 'was taken at the start and is free now' },
    ...outcome(facts, port),
  ],
  fixes: (port, { facts }) => [startAgain(facts), ...anotherPort(port, facts), showLogs(facts.name)],
  lastLines: (_, { facts, lines }) => (beforeStart(facts) ? [] : lines),
})

function outcome(facts: ServiceFacts, port: number): Link[] {
  if (!beforeStart(facts)) return outcomeLinks(facts)
  return [{ subject: clean(facts.name, 80), fact: `was not started: it needs port ${port}` }]
}

export const portCauses: readonly Cause[] = [held, heldByHidden, wasTaken]
