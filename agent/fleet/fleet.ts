import { randomBytes } from 'node:crypto'
import type { ClientContext, ClientOptions } from '@orpc/client'
import type { NatsConnection } from 'nats'
import type { FleetHost, FleetStatus } from '../../contract/index.ts'
import { type Caller, CoreError } from '../core.ts'
import type { Clock } from '../os/index.ts'
import { Gatekeeper } from './admit.ts'
import { FleetClient } from './client.ts'
import { type FleetAccess, isUnprotected, openNats, refusedAccess, serverWarning, wireOf } from './connect.ts'
import { JetStreamAccess } from './jetstream.ts'
import { encode, type Heartbeat } from './message.ts'
import { announceService } from './micro.ts'
import { heartbeatEveryMs, hostView, namesOf, Presence } from './presence.ts'
import { serveFleet } from './serve.ts'
import { type Signer, unsigned } from './sign.ts'
import { hostOfSubject, isToken, subjectsOf } from './subjects.ts'
import type { FleetSide, Operation } from './types.ts'
import type { Wire } from './wire.ts'

/** A server that goes in the middle of the farewell is not waited for. */
const drainLimitMs = 1_000
const latencyEveryMs = 15_000
const latencyAtOnce = 50

/** What an agent tells of itself, but for what this folder knows better. */
export type SelfReport = Omit<Heartbeat, 'v' | 'id' | 'boot' | 'nowMs' | 'everyMs' | 'leaving'>

/** Of that, what is known without a look at any service. */
export type SelfIdentity = Pick<SelfReport, 'name' | 'version' | 'startedAt' | 'labels' | 'allowRemote'>

export interface FleetOptions {
  clock: Clock
  random: () => number
  /** Of this data directory, for good. */
  id: string
  access: FleetAccess
  clusterName?: string
  prefix: string
  trustedKeys: readonly string[]
  signer: Signer | undefined
  author: string
  router: object
  /** Asked with each call and for each host. */
  self: () => SelfIdentity
  /** Counts all services, so only what is told or shown asks for it. */
  report: () => SelfReport
  isView: (path: readonly string[]) => boolean
  isNewOperation: (op: string) => Promise<boolean>
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void }
  /** Somebody came or went, or this side did. */
  changed: () => void
  /** A host is there that was not, or the other way round. */
  turned: (host: FleetHost, restarted: boolean) => void
}

/** This agent among the others: hears who is there, answers them and calls them. */
export class Fleet implements FleetSide {
  readonly #options: FleetOptions
  readonly #boot = randomBytes(8).toString('hex')
  readonly #clean: (() => void)[] = []
  readonly #presence: Presence
  #connection: NatsConnection | undefined
  #jetStream: JetStreamAccess | undefined
  #client: FleetClient | undefined
  #wire: Wire | undefined
  #state: FleetStatus['state'] = 'connecting'
  #sinceMs: number
  #problem: string | null = null
  #rttMs: number | null = null
  #served = { requests: 0, errors: 0 }
  #closed = false

  constructor(options: FleetOptions) {
    this.#options = options
    this.#sinceMs = options.clock.nowMs()
    this.#presence = new Presence({
      turned: (id, known, restarted) => {
        if (known.state === 'unreachable') this.#client?.hostGone(id, `${known.beat.name} has gone`)
        else if (restarted) this.#client?.hostGone(id, `${known.beat.name} has been started again`)
        if (id !== options.id) options.turned(this.#viewOf(id), restarted)
      },
      changed: () => options.changed(),
    })
  }

  /** Begins to connect, and goes on to try. Returns at once. */
  begin(): void {
    const { access, prefix } = this.#options
    const refused = prefix.split('.').every(isToken)
      ? refusedAccess(access)
      : `subject_prefix "${prefix}" is no beginning of a subject: words of letters, digits, - and _, with dots between them`
    if (refused !== undefined) this.#turn('invalid', `The fleet is not joined: ${refused}.`)
    else void this.#connect()
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#wire && this.#connection && !this.#connection.isClosed()) this.#beat(this.#wire, true)
    for (const clean of this.#clean.splice(0).reverse()) clean()
    this.#client?.close()
    const connection = this.#connection
    // What was said last, that this agent leaves, is to arrive; where the server has gone it cannot.
    if (connection && this.#state === 'connected')
      await Promise.race([
        connection.drain().catch(() => undefined),
        new Promise<void>((resolve) => this.#options.clock.after(drainLimitMs, resolve)),
      ])
    // It would go on to look for the server, and keep the process.
    await connection?.close().catch(() => undefined)
  }

  status(): FleetStatus {
    const { access, clusterName } = this.#options
    const version = this.#connection?.info?.version ?? null
    const warning = version === null ? undefined : serverWarning(version)
    return {
      state: this.#state,
      since: new Date(this.#sinceMs).toISOString(),
      servers: access.servers.map(withoutPassword),
      server: this.#state === 'connected' ? (this.#connection?.getServer() ?? null) : null,
      serverVersion: version,
      clusterName: clusterName ?? null,
      rttMs: this.#rttMs,
      unprotected: isUnprotected(access),
      problem: this.#problem,
      warnings: warning === undefined ? [] : [warning],
      calls: { ...(this.#client?.counts ?? { open: 0, done: 0, retried: 0, failed: 0, refused: 0 }) },
    }
  }

  /** Streams and buckets of the server, from when it has been joined. */
  get jetStream(): JetStreamAccess | undefined {
    return this.#jetStream
  }

  hosts(): FleetHost[] {
    const names = this.#names()
    const others = [...this.#presence.entries()].flatMap(([id]) =>
      id === this.#options.id ? [] : this.#viewOf(id, names),
    )
    return [this.#selfView(names), ...others.sort((a, b) => a.name.localeCompare(b.name))]
  }

  host(name: string): FleetHost {
    const names = this.#names()
    for (const [id, shown] of names)
      if (shown === name || id === name)
        return id === this.#options.id ? this.#selfView(names) : this.#viewOf(id, names)
    throw new CoreError('NOT_FOUND', `There is no host ${name} in the fleet. \`hxe hosts list\` shows those that are.`)
  }

  remove(name: string): FleetHost {
    const host = this.host(name)
    if (host.self)
      throw new CoreError('CONFLICT', `${host.name} is this host, which is always on the list.`, { reason: 'self' })
    this.#client?.hostGone(host.id, `${host.name} was taken off the list`)
    this.#presence.remove(host.id)
    return host
  }

  isSelf(name: string): boolean {
    return this.host(name).self
  }

  async call(
    host: string,
    path: readonly string[],
    input: unknown,
    options: Pick<ClientOptions<ClientContext>, 'signal' | 'lastEventId'>,
    caller: Pick<Caller, 'author' | 'trace'>,
    operation?: Operation,
  ): Promise<unknown> {
    const { id, name, state, since } = this.host(host)
    if (!this.#client || this.#state !== 'connected') {
      const mayNot = 'It has no signing_seed, so no other host would obey it.'
      const why = this.#problem ?? (this.#state === 'connected' ? mayNot : 'The server of the fleet is not there.')
      throw new CoreError('UNAVAILABLE', `${name} cannot be asked. ${why}`, { part: 'fleet' })
    }
    if (state === 'unreachable')
      throw new CoreError('UNAVAILABLE', `${name} has not been reached since ${since}`, { part: 'fleet' })
    return this.#client.call(id, path, input, options, caller, operation)
  }

  async #connect(): Promise<void> {
    const { access, clock, id } = this.#options
    try {
      const connection = await openNats(access, id)
      if (this.#closed) return void connection.close()
      this.#connection = connection
      this.#join(connection)
      this.#turn('connected', null)
      void this.#follow(connection)
    } catch (error) {
      if (this.#closed) return
      this.#turn('connecting', `The fleet's server cannot be joined: ${(error as Error).message}.`)
      const cancel = clock.after(2_000, () => void this.#connect())
      this.#clean.push(cancel)
    }
  }

  #join(connection: NatsConnection): void {
    const { clock, id, prefix, trustedKeys, signer, random, author, access, isView, log, router } = this.#options
    const subjects = subjectsOf(prefix)
    const wire = wireOf(connection)
    this.#wire = wire
    const jetStream = new JetStreamAccess(connection, clock)
    this.#jetStream = jetStream
    this.#clean.push(jetStream.begin(), jetStream.onTurn(this.#options.changed))
    const mustBeSigned = !isUnprotected(access)
    const gate = new Gatekeeper({
      host: id,
      trustedKeys: new Set(trustedKeys),
      mustBeSigned,
      startedAtMs: clock.nowMs(),
    })
    // On a protected server nobody without a key to sign with is obeyed, nor may hear the others.
    const controls = !mustBeSigned || signer !== undefined
    if (controls)
      this.#client = new FleetClient({
        wire,
        subjects,
        clock,
        random,
        envelope: (call) => signer?.sign(call) ?? unsigned(call),
        caller: { author, host: this.#options.self().name },
        skewMs: (host) => this.#presence.known(host)?.skewMs ?? 0,
        isView,
      })
    if (controls)
      this.#clean.push(
        wire.subscribe(subjects.heartbeats, ({ subject, data }) => {
          const from = hostOfSubject(prefix, subject)
          if (from !== undefined) this.#presence.heard(from, data, clock.monotonicMs(), clock.nowMs())
        }),
      )
    const counted: Wire = {
      ...wire,
      subscribe: (subject, heard) =>
        wire.subscribe(subject, (message) => {
          this.#served.requests++
          heard(message)
        }),
    }
    this.#clean.push(
      serveFleet({
        wire: counted,
        subjects,
        host: id,
        clock,
        router,
        isNewOperation: this.#options.isNewOperation,
        gate,
        allowed: () => new Set(this.#options.self().allowRemote),
        log,
      }),
      announceService(wire, this.#microIdentity()),
      this.#every(heartbeatEveryMs, () => this.#beat(wire, false)),
      this.#every(heartbeatEveryMs / 2, () => this.#presence.look(clock.monotonicMs(), clock.nowMs())),
      this.#every(latencyEveryMs, () => void this.#measure()),
    )
  }

  #microIdentity(): Parameters<typeof announceService>[1] {
    const { id, prefix, self } = this.#options
    const { name, version, startedAt, labels } = self()
    return {
      id,
      version: /^\d+\.\d+\.\d+/.test(version) ? version : '0.0.0',
      description: `HXE agent of ${name}`,
      metadata: { host: name, ...labels },
      startedAt,
      endpoint: { name: 'call', subject: subjectsOf(prefix).call(id) },
      counts: () => this.#served,
    }
  }

  /** Now and again; returns what ends it. */
  #every(periodMs: number, run: () => void): () => void {
    let cancel = (): void => {}
    const arm = (): void => {
      run()
      cancel = this.#options.clock.after(periodMs, arm)
    }
    arm()
    return () => cancel()
  }

  #beat(wire: Wire, leaving: boolean): void {
    const { id, prefix } = this.#options
    if (this.#state === 'lost') return
    wire.publish(subjectsOf(prefix).heartbeat(id), encode({ ...this.#report(), ...(leaving ? { leaving } : {}) }))
  }

  #report(): Heartbeat {
    const { id, clock, report } = this.#options
    return { v: 1, ...report(), id, boot: this.#boot, nowMs: clock.nowMs(), everyMs: heartbeatEveryMs }
  }

  async #measure(): Promise<void> {
    const client = this.#client
    const { clock, author } = this.#options
    if (!client || this.#state !== 'connected') return
    this.#rttMs = (await this.#connection?.rtt().catch(() => null)) ?? null
    const there = [...this.#presence.entries()].filter(
      ([id, { state }]) => state === 'connected' && id !== this.#options.id,
    )
    // A large fleet is measured in turns.
    const chosen =
      there.length <= latencyAtOnce ? there : there.filter(() => this.#options.random() < latencyAtOnce / there.length)
    for (const [id] of chosen) {
      const startedAtMs = clock.monotonicMs()
      const answered = await client.call(id, ['agent', 'info'], undefined, {}, { author }).then(
        () => true,
        () => false,
      )
      if (answered) this.#presence.measured(id, Math.round((clock.monotonicMs() - startedAtMs) * 10) / 10)
    }
    this.#options.changed()
  }

  async #follow(connection: NatsConnection): Promise<void> {
    const { clock, log } = this.#options
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        this.#presence.setDeaf(true, clock.monotonicMs())
        this.#jetStream?.lost()
        this.#turn('lost', 'The server of the fleet has gone; it is looked for again and again.')
        // Streams would wait for ever; whoever reads them resumes from where they were.
        this.#client?.allGone('The server of the fleet has gone')
      } else if (status.type === 'reconnect') {
        this.#presence.setDeaf(false, clock.monotonicMs())
        this.#jetStream?.regained()
        this.#turn('connected', null)
        if (this.#wire) this.#beat(this.#wire, false)
      } else if (status.type === 'error') {
        log.warn({ error: String(status.error) }, 'the server of the fleet has refused something')
        this.#problem = sayRefusal(status.error)
        this.#options.changed()
      }
    }
  }

  #turn(state: FleetStatus['state'], problem: string | null): void {
    const { clock, log, changed } = this.#options
    if (state !== this.#state) this.#sinceMs = clock.nowMs()
    this.#state = state
    this.#problem = problem
    log.info({ fleet: state, ...(problem === null ? {} : { problem }) }, 'the fleet')
    changed()
  }

  #names(): Map<string, string> {
    const { id, self } = this.#options
    const others = [...this.#presence.entries()].flatMap(([other, { beat }]) =>
      other === id ? [] : [{ id: other, name: beat.name }],
    )
    return namesOf([{ id, name: self().name }, ...others])
  }

  #viewOf(id: string, names = this.#names()): FleetHost {
    const known = this.#presence.known(id)
    if (!known) throw new CoreError('NOT_FOUND', `There is no host ${id} in the fleet.`)
    const name = names.get(id) ?? known.beat.name
    return hostView(id, known, {
      name,
      self: false,
      version: this.#options.self().version,
      breaker: this.#client?.breakerOf(id) ?? 'closed',
      hasTwin: name !== known.beat.name,
    })
  }

  #selfView(names: Map<string, string>): FleetHost {
    const { id, clock } = this.#options
    const beat = this.#report()
    const nowMs = clock.nowMs()
    const name = names.get(id) ?? beat.name
    const known = {
      beat,
      seenAtMs: clock.monotonicMs(),
      seenWallMs: nowMs,
      state: 'connected' as const,
      sinceWallMs: Date.parse(beat.startedAt),
      skewMs: 0,
      latencyMs: 0,
    }
    return hostView(id, known, {
      name,
      self: true,
      version: beat.version,
      breaker: 'closed',
      hasTwin: name !== beat.name,
    })
  }
}

const sayRefusal = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  return /authori[sz]ation|authentication/i.test(message)
    ? 'The server of the fleet refuses this agent: its credential is wrong, has expired or has been withdrawn.'
    : `The server of the fleet has refused something: ${message}.`
}

/** `nats://user:password@host` is shown without the password. */
const withoutPassword = (server: string): string => server.replace(/\/\/[^@/]*@/, '//')
