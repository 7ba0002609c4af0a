import { countServices, type Service } from '../../../contract/index.ts'
import type { usePanel } from '../../store/index.ts'

type Panel = ReturnType<typeof usePanel.getState>

const troubleOf = ({ name, state, reason, restarts, exitCode, signal }: Service) => ({
  name,
  state,
  reason: reason.code,
  restarts,
  exitCode,
  signal,
})

/** What a report needs, as JSON; nothing that a configuration or a service has written is in it. */
export function diagnosticsOf({ model, connection, latencyMs }: Panel, userAgent: string): string {
  const { agent, host, config, services } = model
  const all = [...services.values()]
  return JSON.stringify(
    {
      version: agent?.version,
      agent: agent && { pid: agent.pid, startedAt: agent.startedAt, quitPolicy: agent.quitPolicy },
      panel: userAgent,
      connection: connection.kind,
      latencyMs,
      host: host && { os: host.os, cores: host.cpu.cores, memoryBytes: host.memory.totalBytes },
      configuration: config && {
        status: config.status,
        revision: config.revision,
        problems: config.diagnostics.map(({ severity, code }) => ({ severity, code })),
      },
      services: countServices(all),
      notAsWanted: all.filter(({ why }) => why !== null).map(troubleOf),
    },
    null,
    2,
  )
}
