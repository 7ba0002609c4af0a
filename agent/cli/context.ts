import { Client } from './client.ts'
import { findAgent } from './find.ts'
import { openTerminal, type Terminal } from './terminal.ts'
import type { World } from './world.ts'

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
