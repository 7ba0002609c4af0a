import { create } from 'zustand'
import type { Point, Service, ServiceVerb, StateMessage } from '../../contract/index.ts'
import type { ConnectionState } from '../connection/index.ts'
import { axisFor, hostSlots, Ring, serviceSlots, slotAt } from './history.ts'
import { type AgentModel, answer, applyMessage, ask, emptyModel } from './model.ts'

interface PanelState {
  model: AgentModel
  connection: ConnectionState
  latencyMs: number | null
  /** The time that relative times are told from; moves on once a second while the page is seen. */
  nowMs: number
  /** The newest slot of history; moves on every five seconds. */
  slot: number
  /** How often something of the past was added to the history. */
  past: number
}

export const usePanel = create<PanelState>()(() => ({
  model: emptyModel,
  connection: { kind: 'connecting' },
  latencyMs: null,
  nowMs: Date.now(),
  slot: slotAt(Date.now()),
  past: 0,
}))

/** The newest model; what is shown may be up to one frame behind it, or longer while nobody sees the page. */
let newest = emptyModel
let frame = 0

/** A line that short is not worth a word: it comes back by itself. */
export const quietForMs = 2_000
let isMarked = false
let marking: ReturnType<typeof setTimeout> | undefined
const stale = new WeakSet<object>()

/** Whether a service is shown as it was last known, since no word comes from its agent, or among all hosts from its host. */
export const isStale = (service: { lastHeardAt?: string | undefined }): boolean =>
  service.lastHeardAt !== undefined || stale.has(service)

/** The same services as other objects, so that every view of one draws it anew. */
function marked(model: AgentModel): AgentModel {
  const services = new Map([...model.services].map(([name, service]) => [name, { ...service }]))
  for (const service of services.values()) stale.add(service)
  return { ...model, services }
}

function publish(): void {
  frame = 0
  usePanel.setState({ model: isMarked ? marked(newest) : newest })
}

function mark(wanted: boolean): void {
  clearTimeout(marking)
  marking = undefined
  if (isMarked === wanted) return
  isMarked = wanted
  publish()
}

function publishSoon(): void {
  if (frame === 0 && !document.hidden) frame = requestAnimationFrame(publish)
}

/** Takes in a message of the agent. However many come, the page is drawn at most once a frame. */
export function receive(message: StateMessage): void {
  const isFirst = newest.seq < 0
  newest = applyMessage(newest, message)
  if (isFirst) remember(usePanel.getState().slot)
  publishSoon()
}

/** Another host is to be shown: nothing of the one before stays. */
export function forgetModel(): void {
  newest = emptyModel
  serviceRings.clear()
  for (const ring of Object.values(hostRings)) ring.clear()
  mark(false)
  usePanel.setState({ model: newest, connection: { kind: 'connecting' }, latencyMs: null })
}

export function setConnection(connection: ConnectionState): void {
  const shown = usePanel.getState().connection
  const same = shown.kind === 'connected' && connection.kind === 'connected' && shown.carrier === connection.carrier
  if (!same) usePanel.setState({ connection })
  if (connection.kind === 'lost') marking ??= setTimeout(() => mark(true), quietForMs)
  else mark(false)
}

export function setLatency(latencyMs: number): void {
  usePanel.setState({ latencyMs })
}

/** Shows at once what a person asked for. */
export function showAsked(names: readonly string[], verb: ServiceVerb): void {
  newest = ask(newest, names, verb)
  publish()
}

/** What the agent answered by name; undefined where it refused, which brings back what was. */
export function showAnswers(answers: ReadonlyMap<string, Service | undefined>): void {
  newest = answer(newest, answers)
  publish()
}

export type Measure = 'cpu' | 'memory'
export type HostMeasure = Measure | 'disk' | 'network'

const hostRings: Readonly<Record<HostMeasure, Ring>> = {
  cpu: new Ring(hostSlots),
  memory: new Ring(hostSlots),
  disk: new Ring(hostSlots),
  network: new Ring(hostSlots),
}
const serviceRings = new Map<string, Record<Measure, Ring>>()

/** What was seen of the machine, up to an hour of it, gaps as NaN. */
export const hostHistory = (measure: HostMeasure, slot: number): number[] =>
  hostRings[measure].read(slot, axisFor(hostRings.cpu.reach(slot), hostSlots))

/**
 * What was seen of a service, up to `most` slots of it, gaps as NaN. The axis reaches as far back for each service, so
 * that traces in a column can be compared.
 */
export function serviceHistory(name: string, measure: Measure, slot: number, most = serviceSlots): number[] {
  const count = axisFor(hostRings.cpu.reach(slot), most)
  return serviceRings.get(name)?.[measure].read(slot, count) ?? new Array<number>(count).fill(Number.NaN)
}

/** The same of many services together. */
export function sumHistory(names: readonly string[], measure: Measure, slot: number, most: number): number[] {
  const sum = new Array<number>(axisFor(hostRings.cpu.reach(slot), most)).fill(Number.NaN)
  for (const name of names) serviceRings.get(name)?.[measure].addTo(sum, slot)
  return sum
}

/** What the agent has kept of the time before the panel looked on. */
export interface Past {
  /** Absent: of the machine. */
  service?: string
  measure: HostMeasure
  points: readonly Point[]
}

/** Adds what is known of the past, up to now, and has it drawn. */
export function addPast(pasts: readonly Past[]): void {
  const newestSlot = slotAt(Date.now())
  for (const { service, measure, points } of pasts) {
    const ring = service === undefined ? hostRings[measure] : ringOf(service, measure)
    for (const [atMs, value] of points) {
      const slot = slotAt(atMs)
      if (value !== null && slot <= newestSlot) ring?.fill(slot, value)
    }
  }
  usePanel.setState(({ past }) => ({ past: past + 1 }))
}

/** Of a service that is there. */
function ringOf(service: string, measure: HostMeasure): Ring | undefined {
  if (!newest.usage.has(service) || (measure !== 'cpu' && measure !== 'memory')) return undefined
  return ringsOf(service)[measure]
}

function ringsOf(service: string): Record<Measure, Ring> {
  const known = serviceRings.get(service)
  const rings = known ?? { cpu: new Ring(serviceSlots), memory: new Ring(serviceSlots) }
  if (!known) serviceRings.set(service, rings)
  return rings
}

function remember(slot: number): void {
  const { host, usage } = newest
  if (usePanel.getState().connection.kind !== 'connected') return
  hostRings.cpu.push(slot, host?.cpu.percent)
  if (host) {
    hostRings.memory.push(slot, host.memory.usedBytes)
    hostRings.disk.push(slot, host.disks[0]?.usedBytes)
    const bytes = host.network.reduce(
      (sum, { rxBytesPerSecond, txBytesPerSecond }) => sum + rxBytesPerSecond + txBytesPerSecond,
      0,
    )
    hostRings.network.push(slot, bytes)
  }
  for (const [name, { cpuPercent, memoryBytes }] of usage) {
    // What has never run has no past: ten thousand rings would be made for nothing.
    if (cpuPercent === null && memoryBytes === null && !serviceRings.has(name)) continue
    const rings = ringsOf(name)
    rings.cpu.push(slot, cpuPercent)
    rings.memory.push(slot, memoryBytes)
  }
  for (const name of serviceRings.keys()) if (!usage.has(name)) serviceRings.delete(name)
}

/** Goes on while nobody sees the page, since a figure that was not kept then is a gap for ever. */
let lastSlot = slotAt(Date.now())

function tick(): void {
  const nowMs = Date.now()
  const slot = slotAt(nowMs)
  if (slot !== lastSlot) remember(slot)
  lastSlot = slot
  if (!document.hidden) usePanel.setState({ nowMs, slot })
}

/** Starts the clock of the page. Returns what stops it. */
export function startClock(): () => void {
  const timer = setInterval(tick, 1_000)
  const catchUp = (): void => {
    if (document.hidden) return
    tick()
    publish()
  }
  document.addEventListener('visibilitychange', catchUp)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', catchUp)
  }
}
