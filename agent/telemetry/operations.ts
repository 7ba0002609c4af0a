import type { Clock } from '../os/index.ts'
import { isResting, type Phase, type Unit } from '../supervisor/index.ts'
import type { Trace } from '../trace.ts'
import type { Attributes, SpanItem } from './types.ts'

export interface OperationsDeps {
  clock: Clock
  /** 16 hex digits. */
  newId: () => string
  /** Names of what a service waits for. */
  unmetBy: (service: string) => readonly string[]
  /** Whether probes say when it answers. */
  isProbed: (instance: string) => boolean
  ended: (span: SpanItem) => void
}

interface OpenSpan {
  spanId: string
  name: string
  startMs: number
}

/** What goes on with one instance, from what asked for it until it runs or rests. */
interface Operation extends OpenSpan {
  trace: Trace
  attributes: Attributes
  /** Of what is under way now: one, but for waiting, where there is one for each that is waited for. */
  parts: Map<string, OpenSpan>
}

const partNames: Readonly<Partial<Record<Phase, string>>> = {
  backoff: 'pause before restart',
  preparing: 'prepare',
  starting: 'spawn',
  'stop-command': 'stop command',
  'stop-signal': 'stop signal',
  'stop-kill': 'kill',
  unkillable: 'unkillable',
  clearing: 'end what is left',
  finishing: 'finish',
  running: 'readiness',
}

/**
 * Makes spans of the steps of units. A unit's trace says what a step belongs to; the operation ends when the unit runs and,
 * where it is probed, answers, or when it rests.
 */
export class Operations {
  readonly #deps: OperationsDeps
  /** By instance: so many at most as there are instances. */
  readonly #open = new Map<string, Operation>()
  /** Wall clock less the other; so that spans are exact to less than a millisecond and none ends before it begins. */
  #anchorMs: number

  constructor(deps: OperationsDeps) {
    this.#deps = deps
    this.#anchorMs = deps.clock.nowMs() - deps.clock.monotonicMs()
  }

  /** The time, as spans have it. */
  now(): number {
    const { clock } = this.#deps
    const monotonicMs = clock.monotonicMs()
    const driftMs = clock.nowMs() - monotonicMs - this.#anchorMs
    if (Math.abs(driftMs) > 500) this.#anchorMs += driftMs
    return this.#anchorMs + monotonicMs
  }

  changed(unit: Unit, before: Unit | undefined): void {
    const { instance, phase, trace } = unit
    let operation = this.#open.get(instance)
    if (operation && trace && operation.trace !== trace) {
      this.#end(instance, operation, undefined, { 'hxe.superseded': true })
      operation = undefined
    }
    if (!trace) return
    if (!operation) {
      if (!before || before.phase === phase || isAtRest(phase) || phase === 'running') return
      operation = this.#begin(unit, trace)
    }
    if (before && before.phase === phase && phase !== 'waiting') return
    const waits = phase === 'waiting' ? this.#waitsOf(unit) : []
    this.#endParts(operation, new Set(waits), failureOf(unit, before))
    const isGivenUp = phase === 'failed' || phase === 'unkillable'
    const runs = phase === 'running' && !this.#deps.isProbed(instance)
    if (isGivenUp || isAtRest(phase) || runs) this.#end(instance, operation, isGivenUp ? unit.reason.text : undefined)
    else if (phase === 'waiting') for (const name of waits) this.#beginPart(operation, name)
    else this.#beginPart(operation, partNames[phase] ?? phase)
  }

  /** It answers: what began with its start has come to its end. */
  healthy(instance: string): void {
    const operation = this.#open.get(instance)
    if (operation?.parts.has('readiness')) this.#end(instance, operation)
  }

  /** What is under way when nobody will hear of its end. */
  close(): void {
    for (const [instance, operation] of this.#open)
      this.#end(instance, operation, undefined, { 'hxe.unfinished': true })
  }

  #waitsOf(unit: Unit): string[] {
    return this.#deps.unmetBy(unit.service).map((name) => `wait for ${name}`)
  }

  #begin(unit: Unit, trace: Trace): Operation {
    const attributes = {
      'hxe.service': unit.service,
      'hxe.instance': unit.instance,
      'hxe.reason': unit.reason.code,
      'hxe.correlation_id': trace.correlationId,
    }
    const name = `${whatIs(unit)} ${unit.instance}`
    const operation = { ...this.#span(name), trace, attributes, parts: new Map() }
    this.#open.set(unit.instance, operation)
    return operation
  }

  #beginPart(operation: Operation, name: string): void {
    if (!operation.parts.has(name)) operation.parts.set(name, this.#span(name))
  }

  #span(name: string): OpenSpan {
    return { spanId: this.#deps.newId(), name, startMs: this.now() }
  }

  #endParts(operation: Operation, kept: ReadonlySet<string>, error?: string): void {
    for (const [name, part] of operation.parts) {
      if (kept.has(name)) continue
      operation.parts.delete(name)
      this.#tell(operation, part, operation.spanId, error)
    }
  }

  #end(instance: string, operation: Operation, error?: string, more: Attributes = {}): void {
    this.#open.delete(instance)
    this.#endParts(operation, new Set(), error)
    this.#tell(
      { ...operation, attributes: { ...operation.attributes, ...more } },
      operation,
      operation.trace.spanId,
      error,
    )
  }

  #tell(
    { trace, attributes }: Pick<Operation, 'trace' | 'attributes'>,
    { spanId, name, startMs }: OpenSpan,
    parentSpanId: string | undefined,
    error?: string,
  ): void {
    const times = { startMs, endMs: Math.max(startMs, this.now()) }
    this.#deps.ended({
      traceId: trace.traceId,
      spanId,
      parentSpanId,
      name,
      isServer: false,
      ...times,
      attributes,
      ...(error === undefined ? {} : { error }),
    })
  }
}

const isAtRest = (phase: Phase): boolean => isResting(phase) || phase === 'scheduled'

/** What is being done, by where the unit stands when it begins. */
function whatIs({ phase, afterwards }: Unit): string {
  if (phase === 'waiting' || phase === 'preparing' || phase === 'starting') return 'start'
  if (phase === 'backoff' || (phase === 'clearing' && afterwards !== 'start')) return 'recover'
  return afterwards === 'rest' ? 'stop' : 'restart'
}

/** Why a start that was under way came to nothing. */
const failureOf = (unit: Unit, before: Unit | undefined): string | undefined =>
  (unit.phase === 'backoff' || unit.phase === 'failed') &&
  (before?.phase === 'preparing' || before?.phase === 'starting')
    ? unit.reason.text
    : undefined
