import { expect, test } from 'vitest'
import { serviceOf } from './fixtures/load.ts'
import { describeProbe, resolveProbe } from './probe.ts'

const context = { env: { TOKEN: 't0p', HOST: 'db.example' }, readFile: () => '' }

async function probesOf(body: string, replica = 0) {
  const spec = await serviceOf(`  command = "true"\n${body}`)
  return spec.healthChecks.map((check) => {
    const resolution = resolveProbe(spec, check, { ...context, replica })
    return {
      name: check.name,
      shown: describeProbe(spec, check, replica),
      ...('probe' in resolution ? resolution.probe : { missing: resolution.missing.map(({ message }) => message) }),
    }
  })
}

test('the type follows from what is named, and names are made of it', async () => {
  const probes = await probesOf(`
  health_check { url = "http://localhost/health" }
  health_check { port = 5432 }
  health_check { port = 5433 }
  health_check "disk" { command = "df '/my disk'" }
  health_check { pattern = "ready" }
  health_check { type = "process" }`)
  expect(probes.map((probe) => [probe.name, 'type' in probe && probe.type])).toEqual([
    ['http', 'http'],
    ['tcp', 'tcp'],
    ['tcp-2', 'tcp'],
    ['disk', 'exec'],
    ['log', 'log'],
    ['process', 'process'],
  ])
  expect(probes[3]).toMatchObject({ argv: ['df', '/my disk'] })
  expect(probes[1]).toMatchObject({ host: 'localhost', shown: 'localhost:5432' })
})

test('a port that the service declares moves on with the replica, another stays', async () => {
  const body = `
  ports     = [3000, 9090]
  port_step = 10
  health_check { url = "http://user@localhost:3000/a?b=:3000" }
  health_check { url = "http://localhost:3001/a" }
  health_check { port = 9090 }
  health_check { url = "http://localhost:$PORT/" }`
  const probes = await probesOf(body, 2)
  expect(probes.map(({ shown }) => shown)).toEqual([
    'GET http://user@localhost:3020/a?b=:3000',
    'GET http://localhost:3001/a',
    'localhost:9110',
    'GET http://localhost:3020/',
  ])
})

test('PORT of the environment is declared as well', async () => {
  const body = `
  environment = { PORT = "8000" }
  health_check { url = "http://[::1]:8000/" }
  health_check { url = "http://localhost:$PORT/" }`
  expect((await probesOf(body, 1)).map(({ shown }) => shown)).toEqual([
    'GET http://[::1]:8001/',
    'GET http://localhost:8001/',
  ])
})

test('late values are looked up, and what is secret is not shown', async () => {
  const [probe] = await probesOf(`
  health_check {
    url     = "http://me:pw@localhost/x"
    headers = { Authorization = "env:TOKEN" }
  }`)
  expect(probe).toMatchObject({ headers: { Authorization: 't0p' }, shown: 'GET http://me:••••••@localhost/x' })
})

test('what is missing is told with its name', async () => {
  const [probe] = await probesOf(`
  health_check {
    type = "tcp"
    host = "env:NO_HOST"
    port = 1
  }`)
  expect(probe).toMatchObject({ missing: ['The environment variable NO_HOST is not set.'] })
})

test('a changed check needs no restart', async () => {
  const [before, after] = await Promise.all(
    ['10s', '20s'].map((interval) =>
      serviceOf(`  command = "true"\n  health_check {\n    port = 1\n    interval = "${interval}"\n  }`),
    ),
  )
  expect(before?.runFingerprint).toBe(after?.runFingerprint)
  expect(before?.fingerprint).not.toBe(after?.fingerprint)
})
