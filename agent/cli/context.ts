import type { Clock } from '../os/clock.ts'
import { Client } from './client.ts'
import { findAgent } from './find.ts'
import { type Output, openTerminal, type Terminal } from './terminal.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What surrounds the command: the process in `main.ts`, something smaller in tests. */
export interface World {
  stdout: Output
  stderr: Output
  /** All that stdin gives, as text. */
  readInput: () => Promise<string>
  env: Environment
  clock: Clock
  /** Calls back on Ctrl+C, each time; the answer takes it back. While nobody listens, Ctrl+C ends the process. */
  onInterrupt: (listener: () => void) => () => void
  /** Calls back when nobody reads the output any more (`| head`). While nobody listens, that ends the process with 0. */
  onReaderGone: (listener: () => void) => () => void
  /** Opens an address in the person's browser; false when that cannot be done here. */
  openInBrowser: (url: string) => Promise<boolean>
}

/** Options that every command has. */
export interface CommonOptions {
  json?: true
  url?: string
  token?: string
  dataDir?: string
  /** Of the fleet; else the agent itself. */
  host?: string
  allHosts?: true
  debug?: true
}

/** What a command works with. */
export interface Context {
  terminal: Terminal
  world: World
  options: CommonOptions
  /** The agent, found in the order that interface.md gives; asked again, it is looked for again. */
  connect: () => Promise<Client>
  nowMs: () => number
}

export function openContext(world: World, options: CommonOptions): Context & { close: () => void } {
  const clients = new Map<string, Client>()
  return {
    terminal: openTerminal(world.stdout, world.stderr, world.env),
    world,
    options,
    nowMs: () => world.clock.nowMs(),
    async connect() {
      const address = { ...(await findAgent(options, world.env)), host: options.host }
      const key = `${address.url} ${address.token}`
      const known = clients.get(key)
      if (known) return known
      const client = new Client(address)
      clients.set(key, client)
      return client
    },
    close() {
      for (const client of clients.values()) client.close()
    },
  }
}

/** Runs `task` with a signal that Ctrl+C aborts, or that nobody reads on; whether one did is in the answer. */
export async function interruptible(
  context: Context,
  task: (signal: AbortSignal) => Promise<void>,
): Promise<{ interrupted: boolean }> {
  const controller = new AbortController()
  const { world } = context
  const listening = [world.onInterrupt(() => controller.abort()), world.onReaderGone(() => controller.abort())]
  try {
    await task(controller.signal)
  } catch (error) {
    if (!controller.signal.aborted) throw error
  } finally {
    for (const stop of listening) stop()
  }
  return { interrupted: controller.signal.aborted }
}
