import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AgentEvent, BulkResult, LogLine, Service, StateMessage } from '../../contract/index.ts'
import { type Place, service } from '../control/fixtures/place.ts'
import { fleetForTests, sees } from '../fleet/fixtures/fleet.ts'

const { host } = fleetForTests()

const everywhere = '/hosts/*'

function ask(place: Place, path: string, init: RequestInit = {}): Promise<Response> {
  const token = readFileSync(join(place.dataDir, 'token'), 'utf8').trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return fetch(`${place.core.info().url}/api/v1${everywhere}${path}`, { ...init, headers })
}

async function items<T>(place: Place, path: string, init?: RequestInit): Promise<T[]> {
  const answer = await ask(place, path, init)
  const body = (await answer.json()) as { items?: T[]; detail?: string }
  if (!body.items) throw new Error(body.detail)
  return body.items
}

/** Messages of a stream of server-sent events until one is as wanted. */
async function messageLike(
  place: Place,
  path: string,
  isWanted: (messages: readonly StateMessage[]) => boolean,
): Promise<StateMessage[]> {
  const stop = new AbortController()
  const answer = await ask(place, path, { signal: stop.signal })
  if (!answer.body) throw new Error('no stream')
  const messages: StateMessage[] = []
  let text = ''
  for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
    text += part
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1]
      if (data !== undefined) messages.push(JSON.parse(data) as StateMessage)
    }
    if (isWanted(messages)) break
  }
  stop.abort()
  return messages
}

const addresses = (services: readonly Service[]): string[] => services.map(({ name }) => name).sort()

describe('all hosts of a fleet', () => {
  it('are one list, in which two services of one name are two', async () => {
    const laptop = await host('laptop', service('web', 'sleep 1000'))
    await host('atlas', service('web', 'sleep 1000'), {})
    await sees(laptop, 'atlas')
    expect(addresses(await items<Service>(laptop, '/services'))).toEqual(['web@atlas', 'web@laptop'])
    const one = (await (await ask(laptop, '/services/web%40atlas')).json()) as Service
    expect(one).toMatchObject({ name: 'web@atlas', host: 'atlas' })
  })

  it('do one thing together, each what it is asked, and a refusal names its host', async () => {
    const laptop = await host('laptop', service('web', 'sleep 1000'))
    const atlas = await host('atlas', service('web', 'sleep 1000'))
    const borea = await host('borea', service('web', 'sleep 1000'), { nats: 'allow_remote = ["view"]' })
    for (const name of ['atlas', 'borea']) await sees(laptop, name)
    for (const place of [laptop, atlas, borea]) await place.running('web')
    const names = ['web@laptop', 'web@atlas', 'web@borea', 'web@nowhere']
    const body = JSON.stringify({ verb: 'stop', names, wait: 'stopped' })
    const results = await items<BulkResult>(laptop, '/service-actions', { method: 'POST', body })
    expect(results.map(({ name, ok }) => [name, ok])).toEqual([
      ['web@laptop', true],
      ['web@atlas', true],
      ['web@borea', false],
      ['web@nowhere', false],
    ])
    expect(results.map((result) => (result.ok ? '' : result.problem.detail))).toEqual([
      '',
      '',
      expect.stringMatching(/^borea: .*lacks "stop"/),
      expect.stringContaining('no host nowhere'),
    ])
    expect(atlas.service('web').state).toBe('stopped')
    expect(borea.service('web').state).toBe('running')
  })

  it('tell their state as one, and of a host that refuses why it is not among them', async () => {
    const laptop = await host('laptop', service('web', 'sleep 1000'))
    await host('atlas', service('db', 'sleep 1000'))
    await host('borea', service('web', 'sleep 1000'), { nats: 'allow_remote = []' })
    for (const name of ['atlas', 'borea']) await sees(laptop, name)
    const messages = await messageLike(laptop, '/state', (all) => {
      const told = all.flatMap(({ services }) => services.map(({ name }) => name))
      return told.includes('db@atlas') && all.some(({ silentHosts = [] }) => silentHosts.length > 0)
    })
    expect(messages[0]?.type).toBe('snapshot')
    const names = new Set(messages.flatMap(({ services }) => services.map(({ name }) => name)))
    expect([...names].sort()).toEqual(['db@atlas', 'web@laptop'])
    const silent = messages.flatMap(({ silentHosts = [] }) => silentHosts)
    expect(silent.at(-1)).toMatchObject({ host: 'borea', text: expect.stringContaining('lacks "view"') })
  })

  it('have their lines in one list, through which one pages', async () => {
    const writes = (word: string) =>
      service('web', `for i in 1 2 3 4 5; do echo ${word} $i; sleep 0.05; done; sleep 1000`, 'shell = true')
    const laptop = await host('laptop', writes('here'))
    const atlas = await host('atlas', writes('there'))
    await sees(laptop, 'atlas')
    for (const place of [laptop, atlas]) await place.running('web')
    let lines: LogLine[] = []
    for (const startMs = performance.now(); lines.length < 10 && performance.now() - startMs < 20_000; )
      lines = await items<LogLine>(laptop, '/logs?limit=100')
    expect(lines.map(({ service: from, text }) => `${from} ${text}`).sort()).toEqual(
      [1, 2, 3, 4, 5].flatMap((i) => [`web@atlas there ${i}`, `web@laptop here ${i}`]).sort(),
    )
    expect(lines.map(({ time }) => Date.parse(time))).toEqual(
      lines.map(({ time }) => Date.parse(time)).sort((a, b) => a - b),
    )
    const paged: LogLine[] = []
    let query = 'limit=4'
    for (let page = 0; page < 20; page++) {
      const answer = await (await ask(laptop, `/logs?${query}`)).json()
      const { items: found, nextCursor } = answer as { items: LogLine[]; nextCursor?: string }
      paged.unshift(...found)
      if (nextCursor === undefined) break
      query = `limit=4&cursor=${encodeURIComponent(nextCursor)}`
    }
    expect(paged.map(({ place }) => place)).toEqual(lines.map(({ place }) => place))
    const third = lines[3]?.place ?? ''
    const before = await items<LogLine>(laptop, `/logs?limit=100&before=${encodeURIComponent(third)}`)
    const from = await items<LogLine>(laptop, `/logs?limit=100&from=${encodeURIComponent(third)}`)
    expect([...before, ...from].map(({ place }) => place)).toEqual(lines.map(({ place }) => place))
  })

  it('tell what happened on each, and of one host or one operation where that is asked', async () => {
    const laptop = await host('laptop', service('web', 'sleep 1000'))
    const atlas = await host('atlas', service('web', 'sleep 1000'))
    await sees(laptop, 'atlas')
    for (const place of [laptop, atlas]) await place.running('web')
    await ask(laptop, '/services/web%40atlas/restart?wait=running', { method: 'POST' })
    const all = await items<AgentEvent>(laptop, '/events')
    // Of hosts of earlier tests the server has kept some as well.
    expect(all.map(({ host: of }) => of)).toEqual(expect.arrayContaining(['atlas', 'laptop']))
    const ofAtlas = await items<AgentEvent>(laptop, '/events?service=%40atlas')
    expect(new Set(ofAtlas.map(({ host: of }) => of))).toEqual(new Set(['atlas']))
    const stopping = ofAtlas.find(({ kind }) => kind === 'service.stopping')
    expect(stopping?.service).toBe('web@atlas')
    const operation = await items<AgentEvent>(laptop, `/events?correlationId=${stopping?.correlationId}`)
    expect(new Set(operation.map(({ correlationId }) => correlationId))).toEqual(new Set([stopping?.correlationId]))
  })

  it('leave what belongs to one host to that host', async () => {
    const laptop = await host('laptop')
    await host('atlas')
    await sees(laptop, 'atlas')
    const answer = await ask(laptop, '/config/reload', { method: 'POST' })
    expect(await answer.json()).toMatchObject({ status: 400, detail: expect.stringContaining('Choose which') })
  })
})
