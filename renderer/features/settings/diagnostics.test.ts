import { expect, test } from 'vitest'
import { agentInfo, configStatus, noAlerts, service } from '../../store/samples.ts'
import { diagnosticsOf } from './diagnostics.ts'

test('tells what a report needs and nothing that services or files have written', () => {
  const why = { sentence: 'token=hunter2 was refused', chain: [], fixes: [], lastLines: ['hunter2'] }
  const failed = service({
    name: 'web',
    state: 'failed',
    exitCode: 3,
    why,
    reason: { code: 'exited', text: 'hunter2' },
  })
  const services = new Map([[failed.name, failed]])
  const model = {
    seq: 1,
    agent: agentInfo,
    host: null,
    config: configStatus,
    alerts: noAlerts,
    silentHosts: [],
    services,
    usage: new Map(),
    asked: new Map(),
  }
  const text = diagnosticsOf(
    { model, connection: { kind: 'connected', carrier: 'window' }, latencyMs: 1, nowMs: 0, slot: 0, past: 0 },
    'Browser',
  )
  expect(JSON.parse(text)).toMatchObject({
    version: '0.1.0',
    services: { total: 1, attention: 1 },
    notAsWanted: [{ name: 'web', state: 'failed', reason: 'exited', exitCode: 3 }],
  })
  expect(text).not.toContain('hunter2')
})
