import { implement } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { contract, type StateMessage, type WatchPace } from '../../contract/index.ts'
import { agentInfo, configStatus, noAlerts, service } from '../store/samples.ts'
import { client, connect } from './index.ts'
import type { ConnectionState } from './types.ts'

interface Watched {
  since?: number | undefined
  pace?: WatchPace | undefined
}

/** The far side: a contract over a real port, which answers as the test says. */
function agentOn(port: MessagePort, watched: Watched[], seq: number, refuse = false): void {
  const base = implement(contract)
  const router = base.router({
    agent: { info: base.agent.info.handler(() => agentInfo) },
    state: {
      watch: base.state.watch.handler(async function* ({ input, signal }) {
        watched.push(input)
        yield snapshot(seq)
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
      }),
    },
    services: {
      stop: base.services.stop.handler(({ errors }) => {
        if (refuse) throw errors.CONFLICT({ message: 'Needed by web', data: { reason: 'needed' } })
        return service({ name: 'db', state: 'stopped' })
      }),
    },
  } as unknown as Parameters<typeof base.router>[0])
  new RPCHandler(router).upgrade(port)
  port.start()
}

const snapshot = (seq: number): StateMessage => ({
  type: 'snapshot',
  seq,
  agent: agentInfo,
  services: [],
  host: null,
  config: configStatus,
  alerts: noAlerts,
})

/** A window with a bridge that hands out one end of a channel at each asking, as the preload script does. */
function stubWindow(onPort: (port: MessagePort) => void): void {
  const page = Object.assign(new EventTarget(), {
    hxe: {
      platform: 'linux',
      requestPort(request: number) {
        const { port1, port2 } = new MessageChannel()
        onPort(port1)
        const data = { type: 'hxe-port', request }
        queueMicrotask(() =>
          page.dispatchEvent(Object.assign(new Event('message'), { source: page, data, ports: [port2] })),
        )
      },
    },
  })
  vi.stubGlobal('window', page)
}

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
  vi.unstubAllGlobals()
})

function open(refuse = false) {
  const ports: MessagePort[] = []
  const watched: Watched[] = []
  const page = { hidden: false, changed: () => {} }
  const states: ConnectionState[] = []
  const messages: StateMessage[] = []
  stubWindow((port) => {
    agentOn(port, watched, 100 + ports.length, refuse)
    ports.push(port)
  })
  const connection = connect(
    {
      onState: (state) => states.push(state),
      onMessage: (message) => messages.push(message),
      onLatency: () => {},
    },
    {
      isHidden: () => page.hidden,
      onChange(changed) {
        page.changed = changed
        return () => {
          if (page.changed === changed) page.changed = () => {}
        }
      },
    },
  )
  cleanUps.push(() => {
    connection.close()
    for (const port of ports) port.close()
  })
  return { ports, watched, states, messages, page }
}

describe('the connection of the window', () => {
  it('receives the state over the port that the bridge hands on', async () => {
    const { messages, states } = open()
    await vi.waitFor(() => expect(messages[0]?.seq).toBe(100))
    expect(states.at(-1)).toEqual({ kind: 'connected', carrier: 'window' })
  })

  it('says so when the agent goes, comes back by itself and goes on from its last number', async () => {
    const { ports, watched, states, messages } = open()
    await vi.waitFor(() => expect(messages).toHaveLength(1))
    ports[0]?.close()
    await vi.waitFor(() => expect(messages).toHaveLength(2), 5_000)
    expect(states.map(({ kind }) => kind)).toEqual(['connected', 'lost', 'connected'])
    expect(watched).toEqual([{ pace: 'live' }, { since: 100, pace: 'live' }])
  })

  it('asks for no more figures than are kept while nobody sees the page, from its last number and without a break', async () => {
    const { watched, states, page } = open()
    await vi.waitFor(() => expect(states).toHaveLength(1))
    page.hidden = true
    page.changed()
    await vi.waitFor(() => expect(watched.at(-1)).toEqual({ since: 100, pace: 'background' }))
    page.hidden = false
    page.changed()
    await vi.waitFor(() => expect(watched.at(-1)).toEqual({ since: 100, pace: 'live' }))
    expect(watched).toHaveLength(3)
    expect(new Set(states.map(({ kind }) => kind))).toEqual(new Set(['connected']))
  })

  it('passes on what the agent refuses, in its words', async () => {
    const { messages } = open(true)
    await vi.waitFor(() => expect(messages).toHaveLength(1))
    await expect(client.services.stop({ name: 'db' })).rejects.toThrow('Needed by web')
  })

  it('refuses calls at once while there is no way to the agent', async () => {
    const { messages } = open()
    await vi.waitFor(() => expect(messages).toHaveLength(1))
    for (const cleanUp of cleanUps.splice(0)) cleanUp()
    await vi.waitFor(() => expect(client.agent.info()).rejects.toThrow('does not answer'))
  })
})
