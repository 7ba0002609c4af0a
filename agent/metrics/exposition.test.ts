import { expect, test } from 'vitest'
import { serviceStates } from '../../contract/index.ts'
import { noAlerts } from '../alerts/index.ts'
import { service } from '../server/fixtures/core.ts'
import { type ExpositionInput, expose } from './exposition.ts'

const sweep: ExpositionInput['sweep'] = {
  atMs: 0,
  services: new Map([['web#0', { threads: 4, open_files: 12 }]]),
  host: { cpu_percent: 12.5, load1: 0.5, memory_total_bytes: 1024 },
  agent: { memory_bytes: 2048 },
  labelled: [{ on: 'host', subject: 'here', metric: 'disk_percent', labels: { mount: '/a "b"\\c\nd' }, value: 7 }],
}
const input: ExpositionInput = {
  services: [
    service('web#0', { service: 'web', replica: 0, restarts: 3 }),
    service('db', { state: 'stopped', cpuPercent: null, memoryBytes: null, uptimeMs: null }),
  ],
  sweep,
  alerts: { ...noAlerts, firing: 3, critical: 1, silenced: 2 },
  version: '0.1.0',
}

interface Sample {
  name: string
  labels: Record<string, string>
  value: number
}

/**
 * Reads the text format 0.0.4 by its grammar, and throws at anything else: families in one piece, HELP and TYPE before
 * samples, no sample twice.
 */
function strictly(text: string): Sample[] {
  const samples: Sample[] = []
  const done = new Set<string>()
  const seen = new Set<string>()
  let family = { name: '', help: false, type: false }
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.slice(0, -1).split('\n')) {
    const meta = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line)
    if (meta) {
      const [, kind, name = '', rest = ''] = meta
      if (name !== family.name) {
        expect(done.has(name), `${name} comes in two pieces`).toBe(false)
        done.add(family.name)
        family = { name, help: false, type: false }
      }
      if (kind === 'TYPE') expect(rest).toMatch(/^(counter|gauge|histogram|summary|untyped)$/)
      family[kind === 'HELP' ? 'help' : 'type'] = true
      continue
    }
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([-+]?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Inf|NaN))$/.exec(line)
    if (!sample) throw new Error(`no sample: ${line}`)
    const [, name = '', labelText = '', value = ''] = sample
    expect(family).toEqual({ name, help: true, type: true })
    expect(seen.has(`${name}{${labelText}}`), `${line} comes twice`).toBe(false)
    seen.add(`${name}{${labelText}}`)
    const labels: Record<string, string> = {}
    const pair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y
    while (pair.lastIndex < labelText.length) {
      const found = pair.exec(labelText)
      if (!found) throw new Error(`no labels: ${labelText}`)
      labels[found[1] ?? ''] = (found[2] ?? '').replace(/\\(.)/g, (_, each) => (each === 'n' ? '\n' : each))
    }
    samples.push({ name, labels, value: Number(value.replace('Inf', 'Infinity')) })
  }
  return samples
}

test('what Prometheus reads follows its grammar, with HELP and TYPE of every family', () => {
  const samples = strictly(expose(input))
  const of = (name: string) =>
    samples.filter((sample) => sample.name === name).map(({ labels, value }) => [labels, value])
  const web = { service: 'web', replica: '0' }
  expect(of('hxe_service_up')).toEqual([
    [web, 1],
    [{ service: 'db' }, 0],
  ])
  expect(of('hxe_service_restarts_total')[0]).toEqual([web, 3])
  expect(of('hxe_service_cpu_percent')).toEqual([[web, 1.5]])
  expect(of('hxe_service_memory_bytes')).toEqual([[web, 1024]])
  expect(of('hxe_service_open_files')).toEqual([[web, 12]])
  expect(of('hxe_alerts_active')).toEqual([
    [{ severity: 'critical' }, 1],
    [{ severity: 'warning' }, 2],
  ])
  expect(of('hxe_host_cpu_percent')).toEqual([[{}, 12.5]])
  expect(of('hxe_agent_memory_bytes')).toEqual([[{}, 2048]])
})

test('a state is one of all there are', () => {
  const states = strictly(expose(input)).filter(
    ({ name, labels }) => name === 'hxe_service_state' && labels.service === 'db',
  )
  expect(states.map(({ labels }) => labels.state)).toEqual([...serviceStates])
  expect(states.filter(({ value }) => value === 1).map(({ labels }) => labels.state)).toEqual(['stopped'])
})

test('a label keeps quotes, backslashes and line ends', () => {
  const [disk] = strictly(expose(input)).filter(({ name }) => name === 'hxe_host_disk_percent')
  expect(disk?.labels).toEqual({ mount: '/a "b"\\c\nd' })
})

test('before the first look there is what is known without one', () => {
  const names = new Set(strictly(expose({ ...input, sweep: undefined })).map(({ name }) => name))
  expect(names).toContain('hxe_service_up')
  expect([...names].filter((name) => name.startsWith('hxe_host_'))).toEqual([])
})
