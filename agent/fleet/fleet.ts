import { randomBytes } from 'node:crypto'
import type { ClientContext, ClientOptions } from '@orpc/client'
import type { FleetHost, FleetStatus } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import { BundleBucket } from './bucket.ts'
import { isUnprotected, refusedAccess, serverWarning } from './connect.ts'
import { JetStreamAccess } from './jetstream.ts'
import { joinFleet, type Member } from './join.ts'
import { KeptEvents } from './kept.ts'
import { Link } from './link.ts'
import { encode, type Heartbeat, protocolVersion } from './message.ts'
import type { FleetOptions } from './options.ts'
import { heartbeatEveryMs, type Known, Presence } from './presence.ts'
import { Roster, sayLanguage } from './roster.ts'
import { isToken, subjectsOf } from './subjects.ts'
import type { FleetSide, Operation } from './types.ts'

const noCalls: FleetStatus['calls'] = { open: 0, done: 0, retried: 0, failed: 0, refused: 0 }

const muteWarning =
  'This host is seen by others and sees none itself: it has no signing_seed, without which nobody obeys it here.'

/** This agent among the others: hears who is there, answers them and calls them. */
export class Fleet implements FleetSide {
  readonly #options: FleetOptions
  readonly #boot = randomBytes(8).toString('hex')
  readonly #presence: Presence
  readonly #roster: Roster
  /** Why it cannot be joined as it is configured. */
  #invalid: string | undefined
  #sinceMs: number
  #link: Link | undefined
  #member: Member | undefined
  #jetStream: JetStreamAccess | undefined
  #bundles: BundleBucket | undefined
  #endJetStream: (() => void) | undefined
  #events: KeptEvents | undefined
  #endEvents: (() => void) | undefined

  constructor(options: FleetOptions) {
    this.#options = options
    this.#sinceMs = options.clock.nowMs()
    this.#presence = new Presence(options.id, {
      turned: (id, known, restarted) => this.#turned(id, known, restarted),
      silent: (isSilent) => {
        this.#link?.setSilent(isSilent)
        options.hostChanged()
      },
      changed: options.hostChanged,
    })
    this.#roster = new Roster({
      presence: this.#presence,
      clock: options.clock,
      id: options.id,
      self: options.self,
      report: () => this.#report(),
      breakerOf: (id) => this.#member?.client?.breakerOf(id) ?? { breaker: 'closed' },
    })
  }

  /** Begins to connect, and goes on to try. Returns at once. */
  begin(): void {
    const { access, prefix, changed } = this.#options
    const refused = prefix.split('.').every(isToken)
      ? refusedAccess(access)
      : `subject_prefix "${prefix}" is no beginning of a subject: words of letters, digits, - and _, with dots between them`
    if (refused === undefined) this.#open()
    else {
      this.#invalid = `The fleet is not joined: ${refused}.`
      changed()
    }
  }

  async close(): Promise<void> {
    const link = this.#link
    if (this.#state === 'connected') await this.#events?.finish()
    this.#endEvents?.()
    this.#endJetStream?.()
    await link?.close(() => this.#beat(link, true))
    this.#member?.close()
  }

  status(): FleetStatus {
    const { access, clusterName } = this.#options
    const link = this.#link
    const version = link?.connection.info?.version ?? null
    const state = this.#state
    const events = (state === 'connected' && this.#events?.status) || { from: 'hosts' as const, problem: null }
    const isMute = this.#member !== undefined && this.#member.client === undefined
    const warnings = [
      version === null ? undefined : serverWarning(version),
      isMute ? muteWarning : undefined,
      events.problem,
    ]
    return {
      state,
      since: new Date(link?.sinceMs ?? this.#sinceMs).toISOString(),
      servers: access.servers.map(withoutPassword),
      server: state === 'connected' ? (link?.connection.getServer() ?? null) : null,
      serverVersion: version,
      clusterName: clusterName ?? null,
      rttMs: this.#member?.rttMs ?? null,
      unprotected: isUnprotected(access),
      problem: this.#invalid ?? link?.problem ?? null,
      warnings: warnings.filter((warning) => typeof warning === 'string'),
      events,
      calls: { ...(this.#member?.client?.counts ?? noCalls) },
    }
  }

  /** Streams and buckets of the server, where it has been joined. */
  get jetStream(): JetStreamAccess | undefined {
    return this.#jetStream
  }

  get id(): string {
    return this.#options.id
  }

  /** The fleet's configuration, where it has been joined. */
  get bundles(): BundleBucket | undefined {
    return this.#bundles
  }

  hosts(): FleetHost[] {
    return this.#roster.all()
  }

  host(name: string): FleetHost {
    return this.#roster.find(name)
  }

  known(id: string): FleetHost | undefined {
    return this.#roster.known(id)
  }

  remove(name: string): FleetHost {
    const host = this.host(name)
    if (host.self)
      throw new CoreError('CONFLICT', `${host.name} is this host, which is always on the list.`, { reason: 'self' })
    this.#member?.client?.hostGone(host.id, `${host.name} was taken off the list`)
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
    const { id, name, state, connectionLost, since } = this.host(host)
    const client = this.#member?.client
    const refuse = (why: string): never => {
      throw new CoreError('UNAVAILABLE', why, { part: 'fleet' })
    }
    if (!client || this.#state !== 'connected') {
      const mayNot = 'It has no signing_seed, so no other host would obey it.'
      const { problem } = this.status()
      const why = problem ?? (this.#state === 'connected' ? mayNot : 'The server of the fleet is not there.')
      return refuse(`${name} cannot be asked. ${why}`)
    }
    if (state === 'unreachable' && !connectionLost) refuse(`${name} has not been reached since ${since}`)
    const beat = this.#presence.known(id)?.beat
    if (beat && beat.v !== protocolVersion) refuse(`${name} cannot be asked. ${sayLanguage(beat)}`)
    return client.call(id, path, input, options, caller, operation)
  }

  get #state(): FleetStatus['state'] {
    return this.#invalid === undefined ? (this.#link?.state ?? 'connecting') : 'invalid'
  }

  #open(): void {
    const options = this.#options
    const link = new Link(options, {
      opened: () => {
        this.#beat(link, false)
        this.#member?.reopened()
        if (this.#endJetStream) jetStream.regained()
        else this.#endJetStream = jetStream.begin()
      },
      lost: () => {
        this.#presence.deafen()
        options.hostChanged()
        jetStream.lost()
        // Streams would wait for ever; whoever reads them resumes from where they were.
        this.#member?.client?.allGone('The server of the fleet has gone')
      },
      changed: options.changed,
    })
    this.#link = link
    const jetStream = new JetStreamAccess(link.connection, options.clock)
    jetStream.onTurn(options.changed)
    this.#jetStream = jetStream
    this.#events = new KeptEvents({
      ...options,
      jetStream,
      wire: link.wire,
      name: () => options.self().name,
      isCluster: () => link.connection.info?.cluster !== undefined,
      // Whoever may command hears the others, and keeps what it hears.
      controls: isUnprotected(options.access) || options.signer !== undefined,
    })
    this.#endEvents = this.#events.begin()
    this.#bundles = new BundleBucket({
      ...options,
      jetStream,
      wire: link.wire,
      trustedKeys: new Set(options.trustedKeys),
      mustBeSigned: !isUnprotected(options.access),
    })
    this.#bundles.onChange(options.bundlesChanged)
    this.#member = joinFleet({
      ...options,
      link,
      boot: this.#boot,
      presence: this.#presence,
      nameOf: (id) => this.#roster.nameOf(id, this.#presence.known(id)?.beat.name ?? id),
      beat: () => this.#beat(link, false),
    })
    link.begin()
  }

  #turned(id: string, known: Known, restarted: boolean): void {
    const client = this.#member?.client
    const name = this.#roster.nameOf(id, known.beat.name)
    if (known.state === 'unreachable') client?.hostGone(id, `${name} has gone`)
    else {
      client?.hostBack(id)
      if (restarted) client?.hostGone(id, `${name} has been started again`)
    }
    if (id !== this.#options.id) this.#options.turned(this.#roster.viewOf(id, known), restarted)
  }

  #beat(link: Link, leaving: boolean): void {
    const { id, prefix } = this.#options
    const beat = { ...this.#report(), ...(leaving ? { leaving } : {}) }
    link.wire.publish(subjectsOf(prefix).heartbeat(id), encode(beat))
  }

  #report(): Heartbeat {
    const { id, clock, report } = this.#options
    return { v: protocolVersion, ...report(), id, boot: this.#boot, nowMs: clock.nowMs(), everyMs: heartbeatEveryMs }
  }
}

/** `nats://user:password@host` is shown without the password. */
const withoutPassword = (server: string): string => server.replace(/\/\/[^@/]*@/, '//')
