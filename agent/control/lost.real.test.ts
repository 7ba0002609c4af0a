import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fleetForTests, sees } from '../fleet/fixtures/fleet.ts'
import { distPath } from '../os/index.ts'

const { host, server } = fleetForTests()

const lost = 'alert "agent-lost" {\n  for             = "0s"\n  keep_firing_for = "0s"\n}\n'

it('an agent that is killed is lost, until it is back; what it says of its alerts is what it has', async () => {
  const laptop = await host('laptop', lost)
  const folder = join(laptop.folder, 'atlas')
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'hxe.hcl'),
    `agent {\n  name = "atlas"\n  nats {\n    servers = ["${server().url}"]\n  }\n}
service "broken" {\n  command = "false"\n  restart {\n    policy = "never"\n  }\n}\n`,
  )
  const start = () =>
    spawn(
      process.execPath,
      [
        distPath('cli.js'),
        'agent',
        '--config',
        join(folder, 'hxe.hcl'),
        '--data-dir',
        join(folder, 'data'),
        '--port',
        '0',
      ],
      { stdio: 'ignore' },
    )
  const first = start()
  try {
    await laptop.eventually(() =>
      laptop.core.fleet.hosts().find(({ name, alerts }) => name === 'atlas' && alerts === 1),
    )
  } finally {
    first.kill('SIGKILL')
  }
  await once(first, 'exit')
  const alert = await laptop.eventually(() =>
    laptop.core.alerts.summary().items.find(({ name }) => name === 'agent-lost'),
  )
  expect(alert).toMatchObject({ on: 'fleet', host: 'atlas', severity: 'critical', labels: { host: 'atlas' } })
  expect(alert.summary).toBe('atlas is lost: its agent has not been heard of')
  const second = start()
  try {
    await sees(laptop, 'atlas')
    await laptop.eventually(() => laptop.core.alerts.summary().items.every(({ name }) => name !== 'agent-lost'))
  } finally {
    second.kill('SIGTERM')
  }
  await once(second, 'exit')
  // Whoever ends an agent needs no alarm for it.
  expect(await sees(laptop, 'atlas', 'unreachable')).toMatchObject({ left: true })
})
