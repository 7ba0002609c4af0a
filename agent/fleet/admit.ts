import { type RemoteRight, remoteRights } from '../../contract/index.ts'
import { type Call, type Envelope, protocolVersion, readCall, versionOfCall } from './message.ts'
import { isSignedBy } from './sign.ts'

/** A call lives two minutes at most, whatever it says of itself. */
const longestLifeMs = 120_000
/** By as much may the clocks of caller and host differ after the caller has allowed for what it knows of it. */
const skewMs = 30_000
/** Names of operations that are remembered, for as long as a call lives. */
const mostRemembered = 20_000

export type Refusal = { refused: string; code: 'FORBIDDEN' | 'BAD_INPUT' | 'CONFLICT' }
export type Admission = { call: Call; repeat: boolean } | Refusal

export interface AdmitOptions {
  /** This host's id. */
  host: string
  /** This run of the agent: a change that was begun by an earlier one is not done again. */
  boot: string
  /** Empty on a server for development, where nothing is signed. */
  trustedKeys: ReadonlySet<string>
  mustBeSigned: boolean
  /** Calls that were issued before are from an earlier life of this agent, whose memory of operations is gone. */
  startedAtMs: number
}

/**
 * Whether a call that came over the fleet is heard at all: for this host, signed by somebody who is trusted, still
 * alive, and not one that was sent before and is played again by somebody else.
 */
export class Gatekeeper {
  readonly #options: AdmitOptions
  /** By operation: until when it is remembered, and the session that it came from. */
  readonly #seen = new Map<string, { untilMs: number; session: string }>()

  constructor(options: AdmitOptions) {
    this.#options = options
  }

  admit(envelope: Envelope, nowMs: number): Admission {
    const { host, boot, mustBeSigned, trustedKeys, startedAtMs } = this.#options
    if (mustBeSigned && !isSignedBy(envelope, trustedKeys))
      return { code: 'FORBIDDEN', refused: 'The command is not signed by a key that this host trusts' }
    const call = readCall(envelope.call)
    if (!call) return { code: 'BAD_INPUT', refused: sayUnreadable(envelope) }
    if (call.host !== host) return { code: 'FORBIDDEN', refused: 'The command is for another host' }
    const untilMs = Math.min(call.expiresAtMs, call.issuedAtMs + longestLifeMs)
    // What the caller knows of this clock is in the times; what may be done once only is not done a moment late.
    if (nowMs > untilMs + (call.once ? 0 : skewMs))
      return { code: 'CONFLICT', refused: 'The command has expired; nothing was done' }
    if (call.issuedAtMs > nowMs + longestLifeMs + skewMs)
      return { code: 'CONFLICT', refused: 'The command comes from the future: the clocks of the two hosts differ' }
    if (call.issuedAtMs < startedAtMs - skewMs)
      return { code: 'CONFLICT', refused: 'The command is older than this agent; nothing was done' }
    if (call.boot !== undefined && call.boot !== boot)
      return { code: 'CONFLICT', refused: 'This host has just been started again; see what is, and ask again' }
    this.#forget(nowMs)
    const before = this.#seen.get(call.op)
    // Of an operation that is kept on disk the caller may have been started anew; whoever sends it, it is done once.
    if (before && before.session !== call.session && !call.once)
      return { code: 'CONFLICT', refused: 'The command was sent before by somebody else' }
    this.#seen.set(call.op, { untilMs: untilMs + skewMs, session: call.session })
    return { call, repeat: before !== undefined }
  }

  #forget(nowMs: number): void {
    for (const [op, { untilMs }] of this.#seen) {
      if (untilMs >= nowMs && this.#seen.size < mostRemembered) return
      this.#seen.delete(op)
    }
  }
}

function sayUnreadable({ call }: Envelope): string {
  const version = versionOfCall(call)
  return version === undefined || version === protocolVersion
    ? 'The command cannot be read'
    : `The command is in version ${version} of the fleet's language, and this host speaks version ${protocolVersion}; bring both to one version of HXE`
}

const ofVerb: Readonly<Record<string, RemoteRight>> = {
  'services.start': 'start',
  'services.stop': 'stop',
  'services.restart': 'restart',
  'services.reload': 'reload',
  'services.signal': 'signal',
  'services.exec': 'exec',
  'services.probe': 'view',
  'runs.create': 'exec',
}
/**
 * What keeps alerts quiet is an operator's, as a stop is: whoever may stop a service ends all that it raises. `configure`
 * goes on to be enough, for hosts that say it and not `stop`.
 */
const quiets: ReadonlySet<string> = new Set(['alerts.ack', 'alerts.unack', 'silences.create', 'silences.end'])
/** Never from afar: they would end or open the agent itself. */
const never: ReadonlySet<string> = new Set(['agent.shutdown', 'agent.signIn'])

const isRight = (text: unknown): text is RemoteRight => (remoteRights as readonly unknown[]).includes(text)

/**
 * What a call needs to be made from another host: any one of these, that which allows least first. Undefined where it
 * cannot be made; unknown ones need the most.
 */
export function rightsFor(path: readonly string[], role: string, input: unknown): readonly RemoteRight[] | undefined {
  const name = path.join('.')
  if (name === 'services.act') {
    const verb = typeof input === 'object' && input !== null && 'verb' in input ? input.verb : undefined
    return [isRight(verb) ? verb : 'configure']
  }
  if (never.has(name)) return undefined
  if (quiets.has(name)) return ['stop', 'configure']
  return [ofVerb[name] ?? (role === 'viewer' ? 'view' : 'configure')]
}
