import { type AnyContractProcedure, isContractProcedure } from '@orpc/contract'
import type { ProcedureMeta } from './procedure.ts'
import { agentProcedures } from './procedures-agent.ts'
import { alertProcedures } from './procedures-alerts.ts'
import { configProcedures } from './procedures-config.ts'
import { eventProcedures } from './procedures-events.ts'
import { fleetProcedures } from './procedures-fleet.ts'
import { logProcedures } from './procedures-logs.ts'
import { metricProcedures } from './procedures-metrics.ts'
import { serviceProcedures } from './procedures-services.ts'

/**
 * Everything an agent can be asked, once. A carrier (MessagePort, REST, NATS) only moves these.
 * The paths of procedures that stream (`…/follow`, `/state`) answer as server-sent events over REST.
 */
export const contract = {
  ...agentProcedures,
  ...serviceProcedures,
  ...logProcedures,
  ...eventProcedures,
  ...metricProcedures,
  ...alertProcedures,
  ...fleetProcedures,
  ...configProcedures,
}
export type Contract = typeof contract

/** What stands at a path of the contract, or of a router of its shape. */
export function nodeAt(root: object, path: readonly string[]): unknown {
  let node: unknown = root
  for (const word of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, word)) return undefined
    node = (node as Record<string, unknown>)[word]
  }
  return node
}

/**
 * A tree of the contract's shape: in the place of each procedure, what is made of it and of what `beside` has there. That
 * is a client, or an implementer, which both have whatever one asks them for.
 */
export function mapContract<Beside>(
  beside: object,
  make: (procedure: AnyContractProcedure, beside: Beside) => unknown,
): object {
  const map = (described: object, other: Record<string, unknown>): object =>
    Object.fromEntries(
      Object.entries(described).map(([key, inner]) => [
        key,
        isContractProcedure(inner)
          ? make(inner, other[key] as Beside)
          : map(inner as object, other[key] as Record<string, unknown>),
      ]),
    )
  return map(contract, beside as Record<string, unknown>)
}

/** Whether a procedure only looks, by what the contract says of it. */
export function isView(path: readonly string[]): boolean {
  const described = nodeAt(contract, path) as { '~orpc'?: { meta: ProcedureMeta } } | undefined
  return described?.['~orpc']?.meta.audited === false
}
