import type { AgentInfo, AlertsSummary, ConfigStatus, Service } from '../../contract/index.ts'

export const noAlerts: AlertsSummary = { firing: 0, critical: 0, silenced: 0, items: [] }

/** A running service for tests. */
export function service(part: Partial<Service> & { name: string }): Service {
  return {
    service: part.name.replace(/#\d+$/, ''),
    type: 'service',
    description: '',
    desired: 'up',
    state: 'running',
    reason: { code: 'started-by-user', text: 'Started by mira' },
    why: null,
    health: 'none',
    enabled: true,
    pid: 1,
    startedAt: '2026-01-01T00:00:00Z',
    uptimeMs: 1000,
    since: '2026-01-01T00:00:00Z',
    restarts: 0,
    exitCode: null,
    signal: null,
    nextStartAt: null,
    cpuPercent: null,
    memoryBytes: null,
    processCount: 1,
    ports: [],
    tags: [],
    groups: [],
    app: null,
    dependsOn: [],
    host: 'laptop',
    file: 'services.hcl',
    line: 1,
    notes: [],
    ...part,
  }
}

export const agentInfo: AgentInfo = {
  name: 'laptop',
  version: '0.1.0',
  pid: 1,
  url: 'http://127.0.0.1:7420',
  dataDir: '/data',
  startedAt: '2026-01-01T00:00:00Z',
  mode: 'development',
  quitPolicy: 'stop',
  stopping: false,
}

export const configStatus: ConfigStatus = {
  status: 'applied',
  files: ['services.hcl'],
  diagnostics: [],
  appliedAt: '2026-01-01T00:00:00Z',
  revision: 1,
  changed: [],
  pending: null,
}
