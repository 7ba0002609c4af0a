import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Place, service } from '../control/fixtures/place.ts'
import { fleetForTests, sees } from './fixtures/fleet.ts'
import { NatsServer } from './fixtures/natsserver.ts'

const { server, host } = fleetForTests()

const mira = { author: 'mira' }
const ask = (place: Place, name: string, path: string, input?: unknown, signal?: AbortSignal) =>
  place.core.fleet.call(name, path.split('.'), input, signal ? { signal } : {}, mira)

describe('two agents of one fleet', () => {
  it('see one another, and one restarts a service of the other as if it were here', async () => {
    const laptop = await host('laptop')
    const atlas = await host('atlas', service('web', 'sleep 1000'))
    const { pid } = await atlas.running('web')
    await sees(laptop, 'atlas')
    const listed = (await ask(laptop, 'atlas', 'services.list', {})) as { items: { name: string; host: string }[] }
    expect(listed.items).toMatchObject([{ name: 'web', host: 'atlas' }])
    await ask(laptop, 'atlas', 'services.restart', { name: 'web', wait: 'running' })
    expect(atlas.service('web').pid).not.toBe(pid)
    const [event] = await atlas.core.events.list({ limit: 100, kind: 'service.stopping' })
    expect(event?.author).toBe('mira@laptop')
  })

  it('follow what changes on the other one', async () => {
    const laptop = await host('laptop')
    const atlas = await host('atlas', service('web', 'sleep 1000'))
    await atlas.running('web')
    await sees(laptop, 'atlas')
    const stop = new AbortController()
    const stream = (await ask(laptop, 'atlas', 'state.watch', {}, stop.signal)) as AsyncIterable<{ type: string }>
    const iterator = stream[Symbol.asyncIterator]()
    expect((await iterator.next()).value).toMatchObject({ type: 'snapshot' })
    await atlas.act('web', 'stop')
    for (;;) {
      const { value } = (await iterator.next()) as { value: { services?: { state: string }[] } }
      if (value.services?.some(({ state }) => state === 'stopped')) break
    }
    await iterator.return?.()
  })

  it('refuse what the host itself does not allow, and say which word is missing', async () => {
    const laptop = await host('laptop')
    const atlas = await host('atlas', service('web', 'sleep 1000'), { nats: 'allow_remote = ["view"]' })
    const { pid } = await atlas.running('web')
    await sees(laptop, 'atlas')
    await expect(ask(laptop, 'atlas', 'services.stop', { name: 'web' })).rejects.toThrow('lacks "stop"')
    await expect(ask(laptop, 'atlas', 'agent.shutdown', {})).rejects.toThrow('no agent.shutdown')
    expect(atlas.service('web').pid).toBe(pid)
  })

  it('take answers of more than a message holds', async () => {
    const laptop = await host('laptop')
    const many = Array.from({ length: 400 }, (_, i) =>
      service(`s${i}`, 'true', 'autostart = false', `description = "${'long '.repeat(400)}"`),
    )
    const atlas = await host('atlas', many.join(''))
    expect(atlas.core.listServices()).toHaveLength(400)
    await sees(laptop, 'atlas')
    const listed = (await ask(laptop, 'atlas', 'services.list', {})) as { items: object[] }
    expect(listed.items).toHaveLength(400)
  })

  it('know within seconds that one has gone on purpose, and that it is back', async () => {
    const laptop = await host('laptop')
    const atlas = await host('atlas')
    await sees(laptop, 'atlas')
    await atlas.end()
    await sees(laptop, 'atlas', 'unreachable')
    await expect(ask(laptop, 'atlas', 'agent.info')).rejects.toThrow('has not been reached since')
    await atlas.begin()
    await sees(laptop, 'atlas')
    expect(await ask(laptop, 'atlas', 'agent.info')).toMatchObject({ name: 'atlas' })
  })

  it('are told apart where they have one name', async () => {
    const laptop = await host('laptop')
    await host('twin')
    await host('twin')
    const both = await laptop.eventually(
      () => {
        const twins = laptop.core.fleet.hosts().filter(({ name }) => name.startsWith('twin~'))
        return twins.length === 2 && twins
      },
      () => JSON.stringify(laptop.core.fleet.hosts()),
    )
    expect(new Set(both.map(({ name }) => name)).size).toBe(2)
    expect(both[0]?.notes.join()).toContain('Another host is called twin')
  })

  it('go on alone while the server is away, and find one another when it is back', async () => {
    const laptop = await host('laptop')
    const atlas = await host('atlas', service('web', 'sleep 1000'))
    const { pid } = await atlas.running('web')
    await sees(laptop, 'atlas')
    await server().end()
    await laptop.eventually(
      () => laptop.core.fleet.status().state === 'lost',
      () => JSON.stringify(laptop.core.fleet.status()),
    )
    await expect(ask(laptop, 'atlas', 'agent.info')).rejects.toThrow('cannot be asked')
    expect(atlas.service('web').pid).toBe(pid)
    await server().begin()
    await laptop.eventually(
      () => laptop.core.fleet.status().state === 'connected',
      () => JSON.stringify(laptop.core.fleet.status()),
    )
    await sees(laptop, 'atlas')
    await expect
      .poll(() => ask(laptop, 'atlas', 'agent.info').catch(String), { timeout: 20_000 })
      .toMatchObject({ name: 'atlas' })
  })
})

describe('an agent of a fleet whose server is', () => {
  it.each([
    'away from the beginning',
    'away since it was connected',
    'standing still from the beginning',
    'standing still since it was connected',
  ])('ends when it is told to: %s', async (how) => {
    const own = await NatsServer.start()
    const { url } = own
    const before = own.connections()
    const hinder = () => (how.startsWith('away') ? own.end() : own.signal('SIGSTOP'))
    const isFromBeginning = how.endsWith('beginning')
    if (isFromBeginning) await hinder()
    const place = new Place()
    mkdirSync(join(place.folder, 'config'))
    place.write(`agent {\n  name = "alone"\n  nats {\n    servers = ["${url}"]\n  }\n}\n`)
    const args = ['agent', '--config', place.file, '--data-dir', place.dataDir, '--port', '0']
    const child = spawn(process.execPath, ['dist/cli.js', ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      await once(child.stdout, 'data')
      if (!isFromBeginning) {
        await expect.poll(() => own.connections(), { timeout: 20_000 }).toBeGreaterThan(before)
        await hinder()
      }
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      expect((await ended)[0]).toBe(0)
    } finally {
      child.kill('SIGKILL')
      await place.close()
      await own.close()
    }
  })
})
