import type { FleetHost, FleetStatus } from '../../contract/index.ts'
import { CoreError } from '../core.ts'
import type { FleetSide } from './types.ts'

/** An agent that belongs to no fleet is one of its own; `problem` says why it does not, where it should. */
export function alone(self: () => FleetHost, problem: string | null, since: string): FleetSide {
  const host = (name: string): FleetHost => {
    const only = self()
    if (name === only.name || name === only.id) return only
    const hint = problem ?? 'This agent belongs to no fleet: its configuration has no nats block.'
    throw new CoreError('NOT_FOUND', `There is no host ${name}. ${hint}`)
  }
  const status: FleetStatus = {
    state: problem === null ? 'off' : 'invalid',
    since,
    servers: [],
    server: null,
    serverVersion: null,
    clusterName: null,
    rttMs: null,
    unprotected: false,
    problem,
    warnings: [],
    events: { from: 'hosts', problem: null },
    calls: { open: 0, done: 0, retried: 0, failed: 0, refused: 0 },
  }
  return {
    status: () => status,
    hosts: () => [self()],
    host,
    known: (id) => [self()].find((only) => only.id === id),
    remove: (name) => {
      throw new CoreError('CONFLICT', `${host(name).name} is this host, which is always on the list.`, {
        reason: 'self',
      })
    },
    isSelf: (name) => host(name).self,
    call: async (name) => {
      throw new CoreError('UNAVAILABLE', `${host(name).name} is this host, which is asked directly.`, { part: 'fleet' })
    },
  }
}
