import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Contract, contract, errorOfProblem, fetchProblems } from '../../contract/index.ts'
import { CoreError } from '../core.ts'
import { type Clock, systemClock } from '../os/index.ts'
import { readSse, type SseEvent } from './fixtures/client.ts'
import { event } from './fixtures/core.ts'
import { type Started, startServer, token } from './fixtures/start.ts'

let started: Started
const aborts: AbortController[] = []

beforeEach(async () => {
  started = await startServer()
})
afterEach(async () => {
  for (const abort of aborts.splice(0)) abort.abort()
  await started.stop()
})

async function open(path: string, headers: Record<string, string> = {}): Promise<AsyncGenerator<SseEvent>> {
  const abort = new AbortController()
  aborts.push(abort)
  const answer = await started.call(path, { headers, signal: abort.signal })
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  return readSse(answer)
}

async function take(events: AsyncGenerator<SseEvent>, count: number): Promise<SseEvent[]> {
  const taken: SseEvent[] = []
  while (taken.length < count) {
    const { value, done } = await events.next()
    if (done) break
    taken.push(value)
  }
  return taken
}

const lastCall = () => started.fake.calls.at(-1)

describe('a stream', () => {
  test('of the state numbers its messages, and resumes after the last', async () => {
    for (let seq = 1; seq <= 4; seq++) started.fake.state.push(started.fake.snapshot(seq))
    const first = await take(await open('/api/v1/state'), 2)
    expect(first.map(({ id, event: name }) => [id, name])).toEqual([
      ['1', 'message'],
      ['2', 'message'],
    ])
    const rest = await take(await open('/api/v1/state', { 'last-event-id': '2' }), 2)
    expect(rest.map(({ id }) => id)).toEqual(['3', '4'])
    const since = await take(await open('/api/v1/state?since=3'), 1)
    expect(since.map(({ id }) => id)).toEqual(['4'])
  })

  test('of the state resumes after any number that JSON can carry, and begins anew after anything else', async () => {
    const asked: [string, number | undefined][] = [
      [String(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
      ['1795518633787023', 1_795_518_633_787_023],
      ['99999999999999999999', undefined],
      ['-1', undefined],
      ['1e3', undefined],
      ['x', undefined],
    ]
    for (const [id, expected] of asked) {
      started.fake.core.state.watch = async function* (since) {
        started.fake.calls.push({ what: 'watch', input: since })
        yield started.fake.snapshot(1)
      }
      await take(await open('/api/v1/state', { 'last-event-id': id }), 1)
      expect([id, lastCall()?.input]).toEqual([id, expected])
    }
  })

  test('of events is what GET /events is for who accepts one, and resumes', async () => {
    for (let seq = 1; seq <= 3; seq++) started.fake.eventFeed.push(event(seq))
    const live = await open('/api/v1/events?service=web&kind=service.started', { accept: 'text/event-stream' })
    expect((await take(live, 3)).map(({ data }) => (data as { seq: number }).seq)).toEqual([1, 2, 3])
    expect(lastCall()).toMatchObject({ what: 'followEvents', input: { service: 'web', kind: 'service.started' } })
    const resumed = take(await open('/api/v1/events', { accept: 'text/event-stream', 'last-event-id': '3' }), 1)
    started.fake.eventFeed.push(event(4))
    expect((await resumed).map(({ id }) => id)).toEqual(['4'])
    const list = await started.call('/api/v1/events')
    expect(list.headers.get('content-type')).toContain('application/json')
  })

  test('of lines is what logs are with follow=true, of one service or of many', async () => {
    started.fake.services.set('web#0', { ...started.fake.core.getService('web'), name: 'web#0' })
    started.fake.batches.push({ items: [], cursor: '1', skipped: 0 })
    await take(await open('/api/v1/services/web%230/logs?follow=true&limit=5&grep=a%2Bb'), 1)
    expect(lastCall()).toMatchObject({ what: 'followLogs', input: { service: 'web#0', limit: 5, grep: 'a+b' } })
    const [batch] = await take(await open('/api/v1/logs?follow=true&service=web&service=api'), 1)
    expect(lastCall()).toMatchObject({ input: { service: ['web', 'api'], limit: 1000 } })
    expect(batch).toEqual({ event: 'message', id: '1', data: { items: [], cursor: '1', skipped: 0 } })
    const resumed = take(await open('/api/v1/logs?follow=true', { 'last-event-id': '1' }), 1)
    await vi.waitFor(() => expect(lastCall()).toMatchObject({ input: { cursor: '1' } }))
    started.fake.batches.push({ items: [], cursor: '2', skipped: 0 })
    expect((await resumed).map(({ id }) => id)).toEqual(['2'])
    expect((await started.call('/api/v1/services/nope/logs?follow=true')).status).toBe(404)
    expect((await started.call('/api/v1/logs?follow=false')).headers.get('content-type')).toContain('json')
  })

  test('ends in the agent when its reader goes away', async () => {
    const abort = new AbortController()
    const answer = await started.call('/api/v1/events/follow', { signal: abort.signal })
    const reading = take(readSse(answer), 1).catch(() => [])
    await vi.waitFor(() => expect(started.fake.eventFeed.readers()).toBe(1))
    abort.abort()
    await reading
    await vi.waitFor(() => expect(started.fake.eventFeed.readers()).toBe(0))
  })

  test('of a command ends with its end', async () => {
    const answer = await started.call('/api/v1/services/web/exec', {
      method: 'POST',
      body: JSON.stringify({ argv: ['ls', '-l'] }),
      headers: { 'content-type': 'application/json' },
    })
    const all = await take(readSse(answer), 9)
    expect(all.map(({ event: name, data }) => [name, data])).toEqual([
      ['message', { type: 'output', stream: 'stdout', text: 'hello' }],
      ['message', { type: 'exit', exitCode: 0, signal: null }],
      ['done', null],
    ])
  })

  test('that fails says so as a problem, without the inside', async () => {
    const failures = [
      new CoreError('UNAVAILABLE', 'the logs are closed', { part: 'logs' }),
      new Error('/secret/path broke'),
    ]
    for (const failure of failures) {
      started.fake.core.events.follow = async function* () {
        yield event(1)
        throw failure
      }
      const all = await take(await open('/api/v1/events/follow'), 5)
      expect(all.map(({ event: name }) => name)).toEqual(['message', 'error'])
      expect(JSON.stringify(all)).not.toContain('/secret')
      if (failure instanceof CoreError)
        expect(all[1]?.data).toMatchObject({ code: 'UNAVAILABLE', message: failure.message })
    }
  })
})

describe('a reader that takes nothing', () => {
  /** A client that asks and never reads. */
  async function stalled(path = '/api/v1/events/follow', { server } = started): Promise<Socket> {
    const socket = connect({ port: server.port, host: '127.0.0.1' })
    socket.pause()
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    socket.on('error', () => undefined)
    return socket
  }

  test('is asked to be patient at a bound and costs no more, while others are served', async () => {
    let made = 0
    started.fake.core.events.follow = async function* (_filter, signal) {
      while (!signal.aborted) yield event(++made, { text: 'x'.repeat(10_000) })
    }
    const socket = await stalled()
    let last = -1
    await vi.waitFor(
      () => {
        const before = last
        last = made
        expect(made).toBeGreaterThan(50)
        expect(made).toBe(before)
      },
      { timeout: 10_000, interval: 200 },
    )
    // What the kernel's buffers and ours hold together.
    expect(made * 10_000).toBeLessThan(32 * 1024 * 1024)
    expect((await started.call('/api/v1/services')).status).toBe(200)
    socket.destroy()
  })

  test('of lines is cut off after a time, while others are served', async () => {
    const stalls: (() => void)[] = []
    const clock: Clock = {
      ...systemClock,
      after(delayMs, run) {
        if (delayMs !== 30_000) return systemClock.after(delayMs, run)
        stalls.push(run)
        return () => void stalls.splice(stalls.indexOf(run), 1)
      },
    }
    const own = await startServer({ clock })
    let followers = 0
    own.fake.core.logs.follow = async function* (_query, signal) {
      followers++
      signal.addEventListener('abort', () => followers--)
      const text = 'x'.repeat(10_000)
      const item = {
        seq: 1,
        time: '2026-03-01T12:00:00Z',
        stream: 'stdout',
        level: 'info',
        text,
        service: 'web',
      } as const
      while (!signal.aborted) yield { items: Array.from({ length: 20 }, () => item), cursor: '1', skipped: 0 }
    }
    const socket = await stalled('/api/v1/services/web/logs?follow=true', own)
    const closed = once(socket, 'close')
    await vi.waitFor(() => expect([followers, stalls.length]).toEqual([1, 1]), { timeout: 15_000 })
    const leave = new AbortController()
    const other = await own.call('/api/v1/logs?follow=true', { signal: leave.signal })
    expect(await take(readSse(other), 3)).toHaveLength(3)
    leave.abort()
    for (const stall of [...stalls]) stall()
    socket.resume()
    await closed
    await vi.waitFor(() => expect(followers).toBe(0), { timeout: 15_000 })
    expect((await own.call('/api/v1/services')).status).toBe(200)
    await own.stop()
  })
})

describe('a client of the contract over REST', () => {
  const client = (): ContractRouterClient<Contract> =>
    createORPCClient(
      new OpenAPILink(contract, {
        url: `${started.server.url}/api/v1`,
        headers: { authorization: `Bearer ${token}` },
        fetch: fetchProblems,
        customErrorResponseBodyDecoder: errorOfProblem,
      }),
    )

  test('gets answers, streams with their ids, and the contract’s errors', async () => {
    expect((await client().services.get({ name: 'web' })).name).toBe('web')
    expect((await client().services.start({ name: 'web', wait: 'running', timeoutMs: 10 })).name).toBe('web')
    await client().logs.query({ service: ['web', 'api'], limit: 3 })
    expect(lastCall()).toMatchObject({ input: { service: ['web', 'api'], limit: 3 } })
    started.fake.eventFeed.push(event(1))
    for await (const each of await client().events.follow({ service: 'web' })) {
      expect(each).toEqual(event(1))
      break
    }
    await expect(client().services.get({ name: 'wbe' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      defined: true,
      status: 404,
      message: 'There is no service wbe',
      data: { suggestion: 'web' },
    })
    await expect(client().services.stop({ name: 'api', wait: 'stopped', timeoutMs: 5 })).rejects.toMatchObject({
      code: 'WAIT_TIMEOUT',
      data: { service: { name: 'api', state: 'stopped' } },
    })
  })
})
