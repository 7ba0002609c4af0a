import { execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpawnError, type SpawnRequest } from './platform.ts'
import { relayFor } from './relay.ts'

export interface Relay {
  /** What the service gets as its output. */
  writeFd: number
  /** Closes the agent's own end; the relay ends with its last writer. */
  close(): void
}

const openWithinMs = 1_000

/**
 * A relay behind a named pipe, which is all that can be had without `pipe(2)`: Node's own pipes are sockets, and a
 * program cannot open `/dev/stderr` when that is one. The name is gone before the service starts.
 */
export function openRelay(request: SpawnRequest, spoolFd: number): Relay {
  const folder = mkdtempSync(join(tmpdir(), 'hxe-relay-'))
  const fifo = join(folder, 'pipe')
  try {
    execFileSync('mkfifo', ['-m', '600', fifo])
    const relay = relayFor(request, fifo)
    const child = spawn(relay.launch.path, relay.launch.argv.slice(1), {
      env: { ...relay.request.env },
      cwd: '/',
      detached: true,
      stdio: ['ignore', spoolFd, spoolFd],
    })
    child.on('error', () => undefined)
    child.unref()
    const writeFd = openWhenRead(fifo)
    return { writeFd, close: () => closeSync(writeFd) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Opens to write once the relay has opened to read. A blocking open alone would hang the agent if it never does. */
function openWhenRead(fifo: string): number {
  const endsAt = performance.now() + openWithinMs
  for (;;) {
    try {
      const probe = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK)
      try {
        // The service must not get a descriptor that refuses to wait.
        return openSync(fifo, constants.O_WRONLY)
      } finally {
        closeSync(probe)
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENXIO' && performance.now() < endsAt) continue
      throw new SpawnError(
        'The relay for the output (logs.capture = "pipe") does not start',
        { code: 'EAGAIN', what: 'resources', subject: 'cat', retryable: true },
        { cause: error },
      )
    }
  }
}
