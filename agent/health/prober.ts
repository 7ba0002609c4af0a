import { messageOf } from '../../contract/failure.ts'
import { type HealthCheckSpec, type ResolvedProbe, resolveProbe, type ServiceSpec } from '../config/index.ts'
import type { Logs } from '../logs/index.ts'
import { type Clock, readTextNow } from '../os/index.ts'
import { probeExec, type Surroundings } from './probes/exec.ts'
import { probeGrpc } from './probes/grpc.ts'
import { probeHttp } from './probes/http.ts'
import { LogProbe } from './probes/log.ts'
import { type Answer, oneLine, type ProbeLimits } from './probes/probe.ts'
import { probeTcp } from './probes/tcp.ts'

/** What an instance is to a probe. */
export interface ProbedInstance {
  spec: ServiceSpec
  replica: number
  /** From when on lines are of its present run. */
  linesSinceMs: number
  surroundings: () => Surroundings | undefined
  isAlive: () => boolean
}

export interface ProberDeps {
  clock: Clock
  logs: Pick<Logs, 'query'>
  /** The agent's environment. */
  env: () => Readonly<Record<string, string | undefined>>
  instance: (name: string) => ProbedInstance | undefined
}

const failed = (text: string): Answer => ({ ok: false, latencyMs: null, text: oneLine(text) })

/** Tries checks, each in the way of its type; whatever goes wrong is an answer. */
export class Prober {
  readonly #deps: ProberDeps
  readonly #log = new LogProbe()

  constructor(deps: ProberDeps) {
    this.#deps = deps
  }

  async ask(name: string, check: HealthCheckSpec, signal: AbortSignal): Promise<Answer> {
    const { clock, env } = this.#deps
    try {
      const instance = this.#deps.instance(name)
      if (!instance) return failed(`${name} is not there any more`)
      const { spec, replica } = instance
      const resolution = resolveProbe(spec, check, { env: env(), replica, readFile: readTextNow })
      if ('missing' in resolution) return failed(resolution.missing.map(({ message }) => message).join(' '))
      return await this.#try(resolution.probe, name, check, instance, { clock, timeoutMs: check.timeoutMs, signal })
    } catch (error) {
      return failed(messageOf(error))
    }
  }

  /** What was found for an instance that is not there any more. */
  forget(name: string): void {
    this.#log.forget(name)
  }

  #try(
    probe: ResolvedProbe,
    name: string,
    check: HealthCheckSpec,
    { linesSinceMs, surroundings, isAlive }: ProbedInstance,
    limits: ProbeLimits,
  ): Answer | Promise<Answer> {
    switch (probe.type) {
      case 'http':
        return probeHttp(probe, limits)
      case 'tcp':
        return probeTcp(probe, limits)
      case 'grpc':
        return probeGrpc(probe, limits)
      case 'exec': {
        const where = surroundings()
        return where ? probeExec(probe.argv, where, limits) : failed('a value that its environment needs is missing')
      }
      case 'log': {
        const question = {
          pattern: probe.pattern,
          instance: name,
          runStartedMs: linesSinceMs,
          nowMs: this.#deps.clock.nowMs(),
        }
        return this.#log.probe(check.name, question, this.#deps.logs, limits)
      }
      case 'process':
        return isAlive() ? { ok: true, latencyMs: null, text: 'it is alive' } : failed('its first process has ended')
    }
  }
}
