import type {
  AgentInfo,
  AlertsSummary,
  ConfigStatus,
  Host,
  Service,
  ServiceState,
  ServiceVerb,
  SilentHost,
  StateMessage,
} from '../../contract/index.ts'

export interface Usage {
  cpuPercent: number | null
  memoryBytes: number | null
}

/** What a person has asked for and the agent has not answered yet; `before` is what to go back to. */
interface Asked {
  before: Service
  shown: Service
}

/**
 * The agent as last heard of. Figures that change each second are kept apart from services, so that a tick of the
 * measurements leaves every service object, and every view of one, as it is.
 */
export interface AgentModel {
  /** -1 until the first snapshot. */
  seq: number
  agent: AgentInfo | null
  host: Host | null
  config: ConfigStatus | null
  alerts: AlertsSummary
  /** Of all hosts together: those of which nothing new is to be had. */
  silentHosts: readonly SilentHost[]
  /** In the order of the files. */
  services: ReadonlyMap<string, Service>
  usage: ReadonlyMap<string, Usage>
  asked: ReadonlyMap<string, Asked>
}

export const emptyModel: AgentModel = {
  seq: -1,
  agent: null,
  host: null,
  config: null,
  alerts: { firing: 0, critical: 0, silenced: 0, items: [] },
  silentHosts: [],
  services: new Map(),
  usage: new Map(),
  asked: new Map(),
}

const usageOf = ({ cpuPercent, memoryBytes }: Service): Usage => ({ cpuPercent, memoryBytes })

/** The model after a message. What did not change keeps its reference. */
export function applyMessage(model: AgentModel, message: StateMessage): AgentModel {
  return message.type === 'snapshot' ? applySnapshot(message) : applyDelta(model, message)
}

function applySnapshot(message: Extract<StateMessage, { type: 'snapshot' }>): AgentModel {
  return {
    seq: message.seq,
    agent: message.agent,
    host: message.host,
    config: message.config,
    alerts: message.alerts,
    silentHosts: message.silentHosts ?? [],
    services: new Map(message.services.map((service) => [service.name, service])),
    usage: new Map(message.services.map((service) => [service.name, usageOf(service)])),
    asked: new Map(),
  }
}

function applyDelta(model: AgentModel, message: Extract<StateMessage, { type: 'delta' }>): AgentModel {
  const { agent = model.agent, host = model.host, config = model.config, alerts = model.alerts } = message
  const { silentHosts = model.silentHosts } = message
  const next: AgentModel = { ...model, seq: message.seq, agent, host, config, alerts, silentHosts }
  if (message.services.length > 0 || message.removed.length > 0) {
    next.services = withServices(model.services, message.services, message.removed)
    next.asked = without(model.asked, [...message.services.map(({ name }) => name), ...message.removed])
  }
  if (message.services.length > 0 || message.removed.length > 0 || message.usage.length > 0) {
    next.usage = withUsage(model.usage, message)
  }
  return next
}

function withServices(
  services: ReadonlyMap<string, Service>,
  changed: readonly Service[],
  removed: readonly string[],
): ReadonlyMap<string, Service> {
  const next = new Map(services)
  for (const service of changed) next.set(service.name, service)
  for (const name of removed) next.delete(name)
  return next
}

function withUsage(
  usage: ReadonlyMap<string, Usage>,
  message: Extract<StateMessage, { type: 'delta' }>,
): ReadonlyMap<string, Usage> {
  const next = new Map(usage)
  for (const service of message.services) next.set(service.name, usageOf(service))
  for (const [name, cpuPercent, memoryBytes] of message.usage) next.set(name, { cpuPercent, memoryBytes })
  for (const name of message.removed) next.delete(name)
  return next
}

function without<T>(map: ReadonlyMap<string, T>, names: readonly string[]): ReadonlyMap<string, T> {
  if (!names.some((name) => map.has(name))) return map
  const next = new Map(map)
  for (const name of names) next.delete(name)
  return next
}

const shownWhile: Readonly<Record<ServiceVerb, { state?: ServiceState; text: string } | undefined>> = {
  start: { state: 'starting', text: 'Asked to start' },
  stop: { state: 'stopping', text: 'Asked to stop' },
  restart: { state: 'stopping', text: 'Asked to restart' },
  reload: { text: 'Asked to reload' },
  enable: undefined,
  disable: { text: 'Asked to disable' },
}

/** Shows at once what a person asked for, until the agent says what came of it. */
export function ask(model: AgentModel, names: readonly string[], verb: ServiceVerb): AgentModel {
  const words = shownWhile[verb]
  if (!words) return model
  const asked = new Map(model.asked)
  const changed: Service[] = []
  for (const name of names) {
    const before = model.services.get(name)
    if (!before) continue
    const shown: Service = {
      ...before,
      state: words.state ?? before.state,
      reason: { code: 'asked', text: words.text },
      why: null,
      nextStartAt: null,
    }
    asked.set(name, { before: model.asked.get(name)?.before ?? before, shown })
    changed.push(shown)
  }
  return changed.length === 0 ? model : { ...model, services: withServices(model.services, changed, []), asked }
}

/** The agent's answers by name, undefined for a refusal; a delta that came meanwhile is newer and stays. */
export function answer(model: AgentModel, answers: ReadonlyMap<string, Service | undefined>): AgentModel {
  const open = [...answers].flatMap(([name, service]) => {
    const asked = model.asked.get(name)
    if (!asked || model.services.get(name) !== asked.shown) return []
    return { name, next: service?.name === name ? service : asked.before }
  })
  if (open.length === 0) return model
  const next = open.map((each) => each.next)
  const names = open.map(({ name }) => name)
  return { ...model, services: withServices(model.services, next, []), asked: without(model.asked, names) }
}
