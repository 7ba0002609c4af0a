import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseEndpoint } from './exposition.ts'
import { type Started, startServer, token } from './fixtures/start.ts'

let started: Started
beforeAll(async () => {
  started = await startServer()
})
afterAll(() => started.stop())

const bearer = { authorization: `Bearer ${token}` }

describe('/metrics', () => {
  test('is for whoever has the token, in the format of Prometheus', async () => {
    const answer = await started.call('/metrics')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(await answer.text()).toContain('hxe_service_up{service="web"} 1')
    expect((await started.call('/metrics', { token: null })).status).toBe(401)
  })

  test('is the page of that name for a browser', async () => {
    const answer = await started.call('/metrics', { headers: { accept: 'text/html,*/*' } })
    expect(await answer.text()).toContain('<title>HXE</title>')
  })
})

describe('a listener of its own', () => {
  test('has the metrics for whoever has the token, and nothing else', async () => {
    expect(await started.server.serveMetrics(':0')).toBeUndefined()
    const url = `http://127.0.0.1:${started.server.metricsPort()}`
    const answer = await fetch(`${url}/metrics`, { headers: bearer })
    expect(await answer.text()).toContain('hxe_service_up{service="web"} 1')
    expect((await fetch(`${url}/metrics`)).status).toBe(401)
    expect((await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
    expect((await fetch(`${url}/api/v1/services`, { headers: bearer })).status).toBe(404)
    expect((await fetch(`${url}/metrics`, { method: 'POST', headers: bearer })).status).toBe(405)
    expect(await started.server.serveMetrics(undefined)).toBeUndefined()
    await expect(fetch(`${url}/metrics`, { headers: bearer })).rejects.toThrow('fetch failed')
  })

  test('on a port that is taken is told of, and another one is taken all the same', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    expect(await started.server.serveMetrics(`:${port}`)).toBe(
      `Metrics are not served at :${port}: port ${port} is taken. Everything else runs; change prometheus_endpoint, or free the port.`,
    )
    await new Promise((resolve) => other.close(resolve))
    expect(await started.server.serveMetrics(':0')).toBeUndefined()
    await started.server.serveMetrics(undefined)
  })

  test('is on loopback unless an address is written', () => {
    expect(parseEndpoint(':9090')).toEqual({ host: '127.0.0.1', port: 9090 })
    expect(parseEndpoint('9090')).toEqual({ host: '127.0.0.1', port: 9090 })
    expect(parseEndpoint('localhost:9090')).toEqual({ host: '127.0.0.1', port: 9090 })
    expect(parseEndpoint('0.0.0.0:9090')).toEqual({ host: '0.0.0.0', port: 9090 })
    expect(parseEndpoint('[::1]:9090')).toEqual({ host: '::1', port: 9090 })
    for (const wrong of ['', 'example.com:9090', ':99999', 'http://localhost:9090', '::1:9090'])
      expect(parseEndpoint(wrong)).toBeUndefined()
  })
})
