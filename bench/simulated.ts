import { os } from '@orpc/server'
import { joinFleet } from '../agent/fleet/join.ts'
import { Link } from '../agent/fleet/link.ts'
import { encode, type Heartbeat, protocolVersion } from '../agent/fleet/message.ts'
import { heartbeatEveryMs, Presence } from '../agent/fleet/presence.ts'
import { subjectsOf } from '../agent/fleet/subjects.ts'
import { systemClock } from '../agent/os/index.ts'

export interface Crowd {
  count: number
  /** Connections to the server, which they share where there are fewer. */
  connections: number
  server: string
  token: string
  /** Whose commands they obey. */
  trustedKey: string
}

/** Descriptors of this process and of the server that connections may take; the rest is for everything else. */
const descriptorsLeft = 2_000
const beginAtOnce = 100

export const connectionsFor = (count: number, mostDescriptors: number): number =>
  Math.min(count, Math.max(1, mostDescriptors - descriptorsLeft))

/** Agents as the others see them: they tell of themselves and answer calls by the real protocol, and run nothing. */
export async function simulate({ count, connections, server, token, trustedKey }: Crowd): Promise<() => Promise<void>> {
  const subjects = subjectsOf('hxe')
  const log = { warn: () => undefined, info: () => undefined }
  const access = { servers: [server], name: 'simulated', token }
  const links: { link: Link; close: () => void }[] = []
  for (let index = 0; index < connections; index += beginAtOnce) {
    const begun = Array.from({ length: Math.min(beginAtOnce, connections - index) }, (_, each) => {
      const ids: number[] = []
      for (let id = index + each; id < count; id += connections) ids.push(id)
      return new Promise<void>((resolve) => {
        const id = `sim${index + each}`
        const link = new Link(
          { access, id, clock: systemClock, random: Math.random, log },
          {
            opened: () => {
              for (const beat of beats) beat()
              resolve()
            },
            lost: () => undefined,
            changed: () => undefined,
          },
        )
        const members = ids.map((number) => member(number, link))
        const beats = members.map(({ beat }) => beat)
        links.push({ link, close: () => void members.map(({ close }) => close()) })
        link.begin()
      })
    })
    await Promise.all(begun)
  }
  return async () => {
    for (const { link, close } of links) {
      close()
      await link.close(() => undefined)
    }
  }

  function member(number: number, link: Link) {
    const id = `sim${String(number).padStart(6, '0')}`
    const { self, report } = simulatedHost(id, `host-${number}`, number)
    const beat = (): void => {
      const told: Heartbeat = {
        v: protocolVersion,
        ...report(),
        id,
        boot: 'b1',
        nowMs: Date.now(),
        everyMs: heartbeatEveryMs,
      }
      link.wire.publish(subjects.heartbeat(id), encode(told))
    }
    const joined = joinFleet({
      clock: systemClock,
      random: Math.random,
      id,
      access,
      prefix: 'hxe',
      trustedKeys: [trustedKey],
      signer: undefined,
      author: 'bench',
      router: { agent: { info: info(number) } },
      self,
      isView: () => true,
      isNewOperation: async () => true,
      log,
      changed: () => undefined,
      hostChanged: () => undefined,
      link,
      boot: 'b1',
      presence: new Presence(id, { turned: () => undefined, silent: () => undefined, changed: () => undefined }),
      nameOf: (other) => other,
      beat,
    })
    return { beat, close: joined.close }
  }
}

/** What a host tells of itself. */
export function simulatedHost(id: string, name: string, number = 0) {
  const startedAt = new Date().toISOString()
  const self = () => ({
    name,
    version: '0.1.0',
    startedAt,
    labels: { zone: number % 2 === 0 ? 'eu' : 'us', rack: `r${number % 40}` },
    allowRemote: ['view', 'start', 'stop', 'restart'],
  })
  const report = () => ({
    ...self(),
    id,
    os: 'Linux 6.1',
    services: { running: 8, failing: number % 50 === 0 ? 1 : 0, total: 10 },
    cpuPercent: Math.round(Math.random() * 1000) / 10,
    memoryPercent: Math.round(Math.random() * 1000) / 10,
    alerts: 0,
    revision: 1,
  })
  return { self, report }
}

const info = (number: number) =>
  os.$meta({ role: 'viewer', audited: false }).handler(() => ({ name: `host-${number}`, version: '0.1.0' }))
