import { Gatekeeper } from './admit.ts'
import { FleetClient } from './client.ts'
import { isUnprotected } from './connect.ts'
import type { Link } from './link.ts'
import { announceService } from './micro.ts'
import type { FleetOptions } from './options.ts'
import { heartbeatEveryMs, type Presence } from './presence.ts'
import { serveFleet } from './serve.ts'
import { unsigned } from './sign.ts'
import { hostOfSubject, subjectsOf } from './subjects.ts'
import type { Wire } from './wire.ts'

const latencyEveryMs = 15_000
const latencyAtOnce = 50

/** What an agent does as long as it belongs to a fleet. */
export interface Member {
  /** Undefined where nobody would obey this host. */
  client: FleetClient | undefined
  rttMs: number | null
  /** The connection is there, for the first time or again. */
  reopened(): void
  close(): void
}

type Needed =
  | 'access'
  | 'author'
  | 'changed'
  | 'clock'
  | 'hostChanged'
  | 'id'
  | 'isNewOperation'
  | 'isView'
  | 'log'
  | 'prefix'
  | 'random'
  | 'router'
  | 'self'
  | 'signer'
  | 'trustedKeys'

export interface JoinOptions extends Pick<FleetOptions, Needed> {
  link: Link
  boot: string
  presence: Presence
  nameOf: (id: string) => string
  /** Tells the others of this host. */
  beat: () => void
}

/** Hears the others, answers them, tells them of this host, and measures how far away they are. */
export function joinFleet(options: JoinOptions): Member {
  const { link, id, prefix, boot, clock, presence, access, signer, trustedKeys, beat, self } = options
  const subjects = subjectsOf(prefix)
  const mustBeSigned = !isUnprotected(access)
  const counts = { requests: 0, errors: 0 }
  const { name, version, startedAt, labels } = self()
  const served = serveFleet({
    ...options,
    wire: counted(link.wire, counts),
    subjects,
    host: id,
    gate: new Gatekeeper({
      host: id,
      boot,
      trustedKeys: new Set(trustedKeys),
      mustBeSigned,
      startedAtMs: clock.nowMs(),
    }),
    allowed: () => new Set(self().allowRemote),
  })
  const clean = [
    served.close,
    announceService(link.wire, {
      id,
      version: /^\d+\.\d+\.\d+/.test(version) ? version : '0.0.0',
      description: `HXE agent of ${name}`,
      metadata: { host: name, ...labels },
      startedAt,
      endpoint: { name: 'call', subject: subjects.call(id) },
      counts: () => counts,
    }),
  ]
  const member: Member = {
    client: undefined,
    rttMs: null,
    reopened: served.reopened,
    close() {
      for (const undo of clean.splice(0).reverse()) undo()
    },
  }
  const every = (periodMs: number, run: () => void): void => {
    let cancel = (): void => {}
    const arm = (): void => {
      cancel = clock.after(periodMs, () => {
        run()
        arm()
      })
    }
    arm()
    clean.push(() => cancel())
  }
  every(heartbeatEveryMs, beat)
  // On a protected server nobody without a key to sign with is obeyed, nor may hear the others.
  if (!mustBeSigned || signer) {
    const client = new FleetClient({
      ...options,
      wire: link.wire,
      subjects,
      envelope: (call) => signer?.sign(call) ?? unsigned(call),
      caller: { author: options.author, host: name },
      known: (host) => {
        const known = presence.known(host)
        return { name: options.nameOf(host), skewMs: known?.skewMs ?? 0, boot: known?.beat.boot }
      },
    })
    member.client = client
    const hear = link.wire.subscribe(subjects.heartbeats, ({ subject, data }) => {
      const from = hostOfSubject(prefix, subject)
      if (from !== undefined) presence.heard(from, data, clock.monotonicMs(), clock.nowMs())
    })
    clean.push(hear, () => client.close())
    every(heartbeatEveryMs / 2, () => presence.look(clock.monotonicMs(), clock.nowMs()))
    every(latencyEveryMs, measurer(options, member, client))
  }
  return member
}

/** Measures what is connected, a part of a large fleet at a time, and never twice at once. */
function measurer(
  { link, id, clock, random, author, presence, changed }: JoinOptions,
  member: Member,
  client: FleetClient,
) {
  let isMeasuring = false
  return async (): Promise<void> => {
    if (isMeasuring || link.state !== 'connected') return
    isMeasuring = true
    member.rttMs = await link.connection.rtt().catch(() => null)
    const there = [...presence.entries()].filter(([host, { state }]) => state === 'connected' && host !== id)
    const share = Math.min(1, latencyAtOnce / there.length)
    for (const [host] of there) {
      if (share < 1 && random() >= share) continue
      const startedAtMs = clock.monotonicMs()
      const answered = await client.call(host, ['agent', 'info'], undefined, {}, { author }).then(
        () => true,
        () => false,
      )
      if (answered) presence.measured(host, Math.round((clock.monotonicMs() - startedAtMs) * 10) / 10)
    }
    isMeasuring = false
    changed()
  }
}

const counted = (wire: Wire, counts: { requests: number }): Wire => ({
  ...wire,
  subscribe: (subject, heard) =>
    wire.subscribe(subject, (message) => {
      counts.requests++
      heard(message)
    }),
})
