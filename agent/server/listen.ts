import type { Server } from 'node:http'
import type { PortHolder } from '../os/index.ts'

const defaultPort = 7420
const host = '127.0.0.1'

/** The agent's port is somebody else's. Worded for the person who asked for it. */
export class PortTakenError extends Error {
  override name = 'PortTakenError'
  readonly port: number
  constructor(port: number, holder: PortHolder | 'hidden' | undefined) {
    const who =
      holder === undefined
        ? 'is taken'
        : holder === 'hidden'
          ? 'is held by a process of another user'
          : `is held by ${holder.name}, pid ${holder.pid}`
    super(`Port ${port} ${who}. End that process, or give another port (--port 0 takes any free one).`)
    this.port = port
  }
}

function tryListen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(error)
    server.once('error', failed)
    server.listen({ host, port }, () => {
      server.off('error', failed)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

/**
 * Listens on loopback: on the port asked for, else on 7420, else on a free one.
 * @throws {PortTakenError} when a port was asked for and is taken
 */
export async function listenOn(
  server: Server,
  port: number | undefined,
  holderOf: (port: number) => Promise<PortHolder | 'hidden' | undefined>,
): Promise<number> {
  try {
    return await tryListen(server, port ?? defaultPort)
  } catch (error) {
    if (!isTaken(error)) throw error
    if (port !== undefined) throw new PortTakenError(port, await holderOf(port).catch(() => undefined))
    return tryListen(server, 0)
  }
}
