import { isDeepStrictEqual } from 'node:util'
import type { AlertsSummary, LogLine } from '../../contract/index.ts'
import { LateTexts, maskAddress, type OtlpSettings } from '../config/index.ts'
import { currentEnv, pause, readTextNow } from '../os/index.ts'
import {
  type Encoder,
  Exporter,
  figuresOf,
  loadEncoder,
  Operations,
  type OtlpTarget,
  piecesOf,
  type Signal,
  type SignalCounts,
  type SpanItem,
  sendOnce,
  signals,
} from '../telemetry/index.ts'
import type { Engine } from './engine.ts'
import { listServices } from './present.ts'

/** What may still be told when the agent ends, or is to tell somebody else. */
const closeLimitMs = 1_000
/** When lines could not be followed, they are again after this. */
const followAgainMs = 5_000
/** Figures are told no more often, whatever the configuration says. */
const leastIntervalMs = 1_000

interface Telemetry {
  target: Resolved
  counts(): Record<Signal, SignalCounts>
  close(): Promise<void>
}

interface Resolved extends OtlpTarget, Pick<OtlpSettings, Signal | 'intervalMs' | 'resource'> {}

/** Tells figures, operations and lines to where the configuration says, also after it has changed; else nothing. */
export function openTelemetry(engine: Engine, alerts: () => AlertsSummary): { close: () => Promise<void> } {
  let current: Telemetry | undefined
  let told: string | undefined
  const closing = new Set<Promise<void>>()
  const end = (): void => {
    if (!current) return
    const ended = current.close().finally(() => closing.delete(ended))
    closing.add(ended)
    current = undefined
    engine.tracing = undefined
  }
  const follow = (): void => {
    const settings = engine.configuration?.agent.otlp
    const wanted = settings && resolve(settings)
    const problem = wanted && 'problem' in wanted ? wanted.problem : undefined
    if (problem !== undefined && problem !== told) tell(engine, problem)
    told = problem
    const target = wanted && !('problem' in wanted) ? wanted : undefined
    if (isDeepStrictEqual(current?.target, target)) return
    end()
    if (target) current = begin(engine, target, alerts)
  }
  engine.configured.add(follow)
  engine.telemetryCounts = () => current?.counts()
  return {
    async close() {
      engine.configured.delete(follow)
      end()
      await Promise.all(closing)
    },
  }
}

function tell(engine: Engine, text: string): void {
  engine.deps.log.warn({}, text)
  engine.eventLog.append({ kind: 'agent.warning', severity: 'warning', text, author: 'agent' })
}

/** The values of an `otlp` block as they are now, or why they cannot be had. */
function resolve(settings: OtlpSettings): Resolved | { problem: string } {
  const texts = new LateTexts(settings.range.file, { env: currentEnv(), readFile: readTextNow })
  const endpoint = texts.text(settings.endpoint)
  const headers = Object.fromEntries([...settings.headers].map(([name, text]) => [name, texts.text(text)]))
  const [missing] = texts.missing
  if (missing) return { problem: `Nothing is told over OTLP. ${missing.message}` }
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol))
    return { problem: `Nothing is told over OTLP: "${maskAddress(endpoint)}" is no http or https address.` }
  const { protocol, timeoutMs, metrics, traces, logs, intervalMs, resource } = settings
  return { endpoint, headers, protocol, timeoutMs, metrics, traces, logs, intervalMs, resource: { ...resource } }
}

function begin(engine: Engine, target: Resolved, alerts: () => AlertsSummary): Telemetry {
  const { deps } = engine
  const { clock, log } = deps
  const shown = maskAddress(target.endpoint)
  const stopping = new AbortController()
  let encoder: Promise<{ encoder: Encoder; contentType: string }> | undefined
  const encoding = () => {
    encoder ??= loadEncoder().then(({ createEncoder, contentTypes }) => ({
      contentType: contentTypes[target.protocol],
      encoder: createEncoder(
        target.protocol,
        {
          hostName: engine.configuration?.agent.name ?? deps.hostName,
          version: deps.info().version,
          instanceId: engine.dataDirId,
          resource: target.resource,
        },
        deps.clean,
      ),
    }))
    return encoder
  }
  const turned = (signal: Signal, problem: string | undefined): void => {
    if (problem !== undefined) {
      tell(
        engine,
        deps.clean(`The ${signal} cannot be told to ${shown}: ${problem}. What waits is bounded, and tried again.`),
      )
      return
    }
    const { dropped } = exporters[signal].counts
    const lost = dropped === 0 ? 'nothing was lost' : `${dropped} were lost`
    const text = `The ${signal} are told to ${shown} again; ${lost}`
    log.info({}, text)
    engine.eventLog.append({ kind: 'agent.recovered', severity: 'info', text, author: 'agent' })
  }
  const exporterOf = <S extends Signal>(signal: S): Exporter<S> =>
    new Exporter(signal, {
      clock,
      random: deps.random,
      encoder: async () => (await encoding()).encoder,
      send: async (body, abort) => {
        const { encoder, contentType } = await encoding()
        return sendOnce(target, signal, contentType, body, { encoder, abort, nowMs: () => clock.nowMs() })
      },
      turned: (problem) => turned(signal, problem),
    })
  const exporters = { metrics: exporterOf('metrics'), traces: exporterOf('traces'), logs: exporterOf('logs') }
  const clean: (() => void)[] = []
  if (target.metrics) clean.push(tellFigures(engine, target.intervalMs, alerts, exporters.metrics))
  if (target.traces) clean.push(tellOperations(engine, exporters.traces))
  if (target.logs) void tellLines(engine, exporters.logs, stopping.signal)
  log.info({ endpoint: shown, protocol: target.protocol }, 'telemetry is sent over OTLP')
  return {
    target,
    counts: () => ({
      metrics: exporters.metrics.counts,
      traces: exporters.traces.counts,
      logs: exporters.logs.counts,
    }),
    async close() {
      for (const undo of clean) undo()
      stopping.abort()
      const limit = new AbortController()
      const cancel = clock.after(closeLimitMs, () => limit.abort())
      await Promise.all(signals.map((signal) => exporters[signal].close(limit.signal)))
      cancel()
    },
  }
}

/** Returns what ends it. */
function tellFigures(
  engine: Engine,
  intervalMs: number,
  alerts: () => AlertsSummary,
  exporter: Exporter<'metrics'>,
): () => void {
  const { clock } = engine.deps
  const startMs = clock.nowMs()
  let cancel = (): void => {}
  const arm = (): void => {
    cancel = clock.after(Math.max(intervalMs, leastIntervalMs), () => {
      const sweep = engine.metrics.latest()
      const { firing, critical, silenced } = alerts()
      const cores = engine.host?.cpu.cores ?? 1
      const services = listServices(engine)
      const input = { services, sweep, alerts: { firing, critical, silenced }, cores, atMs: clock.nowMs(), startMs }
      exporter.add(piecesOf(figuresOf(input)))
      arm()
    })
  }
  arm()
  return () => cancel()
}

/** Returns what ends it. */
function tellOperations(engine: Engine, exporter: Exporter<'traces'>): () => void {
  const { deps } = engine
  const add = (span: SpanItem): void => exporter.add([span])
  const operations = new Operations({
    clock: deps.clock,
    newId: deps.randomText,
    unmetBy: (service) => engine.supervisor.unmetBy(service),
    isProbed: (instance) => engine.monitor.healthOf(instance) !== undefined,
    ended: add,
  })
  engine.tracing = { operations, add }
  return () => operations.close()
}

/** Lines stay on the disk while there is no room for them; what is too much of them then is counted as lost. */
async function tellLines(engine: Engine, exporter: Exporter<'logs'>, signal: AbortSignal): Promise<void> {
  const { clock, log, logs } = engine.deps
  while (!signal.aborted) {
    try {
      let isFirst = true
      for await (const { items, skipped } of logs.follow({ limit: 1 }, signal)) {
        // The newest line of before is not news.
        if (!isFirst) {
          exporter.lose(skipped)
          exporter.add(items.map((line) => lineOf(engine, line)))
        }
        isFirst = false
        await exporter.room(signal)
      }
    } catch (error) {
      if (!signal.aborted) log.warn({ error: String(error) }, 'lines could not be followed for OTLP')
    }
    await pause(clock, followAgainMs, signal)
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours and the like are meant for terminals
const ansi = /\u001b\[[0-9;?]*[ -/]*[@-~]/g

function lineOf(engine: Engine, { service: instance, time, level, text, stream, fields }: LogLine) {
  const unit = engine.supervisor.unit(instance)
  const hex = (value: unknown, digits: number): string | undefined =>
    typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value) ? value : undefined
  const traceId = hex(fields?.trace_id ?? fields?.traceId, 32)
  return {
    instance,
    service: unit?.service ?? instance,
    atMs: Date.parse(time),
    level,
    text: text.replace(ansi, ''),
    stream,
    traceId,
    spanId: traceId === undefined ? undefined : hex(fields?.span_id ?? fields?.spanId, 16),
    correlationId: unit?.trace?.correlationId,
  }
}
