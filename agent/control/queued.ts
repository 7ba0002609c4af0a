import { messageOf } from '../../contract/failure.ts'
import type { FleetHost, NewCommand, QueuedCommand } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import {
  afterCommand,
  type CommandDesk,
  type CommandEvent,
  type FleetSide,
  isCommandOpen,
  isExpired,
  sayExpired,
} from '../fleet/index.ts'
import { correlated } from '../trace.ts'
import { type Door, isAway } from './door.ts'
import type { Engine } from './engine.ts'
import { causeOf } from './events.ts'

const mostOpen = 1000
const mostKept = 200
/** A host that is back but does not answer yet is told again. */
const againMs = 3_000
/** How often is looked whether the time of one has come, while there are some. */
const lookEveryMs = 1_000

/** Commands for hosts that are away: kept here, not on the server, and sent by this agent itself when they are back. */
export class QueuedCommands implements CommandDesk {
  readonly #engine: Engine
  readonly #fleet: Pick<FleetSide, 'host' | 'hosts'>
  readonly #door: Door
  /** In the order in which they were given. */
  readonly #commands = new Map<string, QueuedCommand>()
  /** Hosts that are being told: one command after another, never two at once. */
  readonly #telling = new Set<string>()
  readonly #again = new Set<() => void>()
  /** Set while there is something to look at. */
  #cancelLook: (() => void) | undefined
  #closed = false

  constructor(engine: Engine, fleet: Pick<FleetSide, 'host' | 'hosts'>, door: Door) {
    this.#engine = engine
    this.#fleet = fleet
    this.#door = door
  }

  /** Goes on with what an earlier run of this agent was given. */
  begin(): void {
    const kept = this.#engine.deps.store.kept('command').map((text) => JSON.parse(text) as QueuedCommand)
    for (const command of kept.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)))
      this.#commands.set(command.id, command)
    this.#lookAgain()
  }

  close(): void {
    this.#closed = true
    this.#cancelLook?.()
    for (const cancel of this.#again) cancel()
  }

  list(): QueuedCommand[] {
    return [...this.#commands.values()].reverse()
  }

  async create({ host, verb, services, expiresInMs }: NewCommand, { author, trace }: Caller): Promise<QueuedCommand> {
    const { clock, randomText } = this.#engine.deps
    const { id: hostId, name } = this.#fleet.host(host)
    if (this.list().filter(isCommandOpen).length >= mostOpen)
      throw new CoreError('CONFLICT', `${mostOpen} commands wait already; withdraw some first.`, { reason: 'too-many' })
    const nowMs = clock.nowMs()
    const command: QueuedCommand = {
      id: randomText(),
      host: name,
      hostId,
      verb,
      services,
      state: 'waiting',
      text: `Waits for ${name}`,
      author,
      ...correlated(trace),
      createdAt: new Date(nowMs).toISOString(),
      expiresAt: new Date(nowMs + expiresInMs).toISOString(),
      endedAt: null,
    }
    await this.#keep(command)
    this.#prune()
    this.#tellEvent('command.queued', command, `waits, until ${command.expiresAt}`, author)
    await this.hostIsBack(hostId)
    return this.#get(command.id)
  }

  async withdraw(id: string, { author }: Caller): Promise<QueuedCommand> {
    const command = this.#get(id)
    const after = await this.#advance(id, 'withdraw', `Withdrawn by ${author}`, author)
    if (after) return after
    const text = command.state === 'sent' ? 'was sent already and may have been done' : `is ${command.state}`
    throw new CoreError('CONFLICT', `The command ${text}: it cannot be withdrawn.`, { reason: command.state })
  }

  /** What waited for a host that is taken off the list is withdrawn, and said. */
  forget(host: FleetHost): FleetHost {
    const waiting = this.list().filter((command) => command.hostId === host.id && isCommandOpen(command))
    if (waiting.length === 0) return host
    for (const { id, state } of waiting)
      this.#end(id, state === 'sent' ? 'expire' : 'withdraw', `${host.name} was taken off the list`)
    const what = waiting.length === 1 ? 'A command that waited for it was' : `${waiting.length} commands for it were`
    return { ...host, notes: [...host.notes, `${what} withdrawn.`] }
  }

  /** Tells a host what waits for it, in order; one that does not answer after all is told again in a moment. */
  async hostIsBack(hostId: string): Promise<void> {
    if (this.#closed || this.#telling.has(hostId)) return
    this.#telling.add(hostId)
    let next: QueuedCommand | undefined
    try {
      const isNext = (command: QueuedCommand): boolean => command.hostId === hostId && isCommandOpen(command)
      // Asked for each time: another may have been given meanwhile.
      for (next = this.#first(isNext); next; next = this.#first(isNext)) if (!(await this.#send(next.id))) return
    } catch (error) {
      this.#engine.deps.log.error(
        { error: String(error), ...correlated(next) },
        'a command that waited could not be sent',
      )
    } finally {
      this.#telling.delete(hostId)
    }
  }

  /** Whether the next may follow. */
  async #send(id: string): Promise<boolean> {
    const { clock } = this.#engine.deps
    const command = this.#commands.get(id)
    if (!command || !isCommandOpen(command)) return true
    if (isExpired(command, clock.nowMs())) return this.#advance(id, 'expire', sayExpired(command)).then(() => true)
    if (!this.#isThere(command.hostId)) return false
    // Written down before it is told: from here on it may have been done.
    if (!(await this.#advance(id, 'send', `${command.host} is being told`))) return true
    const { hostId, verb, services, author, expiresAt } = command
    const once = { name: `queued-${id}`, untilMs: Date.parse(expiresAt) }
    try {
      const refused = await this.#door.act(hostId, verb, services, once, { author, trace: causeOf(command) })
      await this.#advance(id, refused.length > 0 ? 'refuse' : 'acknowledge', refused.join('; ') || 'Done')
    } catch (error) {
      if (this.#closed) return false
      if (isAway(error)) {
        this.#tellAgain(hostId)
        return false
      }
      await this.#advance(id, 'refuse', messageOf(error))
    }
    return true
  }

  #first(isIt: (command: QueuedCommand) => boolean): QueuedCommand | undefined {
    for (const command of this.#commands.values()) if (isIt(command)) return command
    return undefined
  }

  #isThere(hostId: string): boolean {
    return this.#fleet.hosts().some(({ id, state }) => id === hostId && state === 'connected')
  }

  #tellAgain(hostId: string): void {
    const cancel = this.#engine.deps.clock.after(againMs, () => {
      this.#again.delete(cancel)
      void this.hostIsBack(hostId)
    })
    this.#again.add(cancel)
  }

  /** Ends those whose time has come. */
  #look(): void {
    const nowMs = this.#engine.deps.clock.nowMs()
    for (const command of this.#commands.values()) {
      const isBeingTold = command.state === 'sent' && this.#telling.has(command.hostId)
      if (isCommandOpen(command) && isExpired(command, nowMs) && !isBeingTold)
        this.#end(command.id, 'expire', sayExpired(command))
    }
  }

  #lookAgain(): void {
    if (this.#closed || !this.#first(isCommandOpen)) return
    this.#cancelLook ??= this.#engine.deps.clock.after(lookEveryMs, () => {
      this.#cancelLook = undefined
      this.#look()
      this.#lookAgain()
    })
  }

  /** Without anybody who waits for it. */
  #end(id: string, event: CommandEvent, text: string): void {
    this.#advance(id, event, text).catch((error: unknown) => {
      const cause = correlated(this.#commands.get(id))
      this.#engine.deps.log.error({ error: String(error), ...cause }, 'a command that waited could not be ended')
    })
  }

  async #advance(id: string, event: CommandEvent, text: string, author = 'agent'): Promise<QueuedCommand | undefined> {
    const command = this.#commands.get(id)
    const after = command && afterCommand(command, event, text, this.#engine.deps.clock.nowMs())
    if (!after) return undefined
    await this.#keep(after)
    if (!isCommandOpen(after)) this.#tellEvent('command.ended', after, `${after.state}: ${text}`, author)
    return after
  }

  #get(id: string): QueuedCommand {
    const found = this.#commands.get(id)
    if (found) return found
    throw new CoreError('NOT_FOUND', `There is no command ${id}. \`hxe fleet commands\` shows those that wait.`)
  }

  async #keep(command: QueuedCommand): Promise<void> {
    this.#commands.set(command.id, command)
    this.#lookAgain()
    await this.#engine.deps.store.keep('command', command.id, JSON.stringify(command))
  }

  #prune(): void {
    const over = [...this.#commands.values()].filter((command) => !isCommandOpen(command))
    for (const { id } of over.slice(0, Math.max(0, over.length - mostKept))) {
      this.#commands.delete(id)
      // One that stays on disk is pruned by the next run.
      this.#engine.deps.store.keep('command', id, null).catch(() => undefined)
    }
  }

  #tellEvent(kind: 'command.queued' | 'command.ended', command: QueuedCommand, what: string, author: string): void {
    const { host, verb, services, state } = command
    const severity = state === 'failed' || state === 'expired' ? 'warning' : 'info'
    const text = `Command for ${host} (${verb} ${services.join(', ')}) ${what}`
    this.#engine.eventLog.append({ kind, severity, text, author, ...correlated(command) })
  }
}
