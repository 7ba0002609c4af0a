import { execa } from 'execa'
import { atUsualPriority, noGroup, planLaunch } from './launch.ts'
import { SpawnError } from './platform.ts'
import { closingInherited } from './prefix.ts'

export interface ExecuteRequest {
  argv: readonly string[]
  /** `argv` is one text for the platform's shell. */
  shell?: boolean
  cwd?: string
  /** The whole environment, HXE_INSTANCE included where it belongs to an instance; nothing is inherited. */
  env: Readonly<Record<string, string>>
  user?: string
  group?: string
  /** What it reads; nothing when not said. */
  input?: string
  timeoutMs: number
  signal?: AbortSignal
  /** Of the output the last so many bytes are kept; 64 KiB when not said. */
  maxOutputBytes?: number
  onOutput?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void
}

export interface ExecuteResult {
  /** Null when a signal ended it. */
  exitCode: number | null
  signal: string | null
  timedOut: boolean
  /** stdout and stderr as they came, the last `maxOutputBytes` of them. */
  output: string
}

/** From SIGTERM to SIGKILL for a command that has had its time. */
const graceMs = 2_000
/** How long after its exit output is waited for: a daemon that a hook started may hold the pipe for ever. */
const drainMs = 200

/**
 * Runs a short command to its end: a hook, a stop or reload command, an exec. It leads a group of its own, which is
 * ended whole when time is up or the caller aborts. @throws {SpawnError} when it cannot be started
 */
export async function execute(request: ExecuteRequest): Promise<ExecuteResult> {
  const [file, ...args] = wordsOf(request)
  const kept = new Tail(request.maxOutputBytes ?? 64 * 1024)
  const running = atUsualPriority({}, () =>
    execa(file, args, {
      cwd: request.cwd ?? '/',
      env: { ...request.env },
      extendEnv: false,
      ...(request.input === undefined ? { stdin: 'ignore' } : { input: request.input }),
      stdout: 'pipe',
      stderr: 'pipe',
      buffer: false,
      detached: process.platform !== 'win32',
      cleanup: false,
      reject: false,
    }),
  )
  // Only its failure to start is of interest: how it ends comes by the event, since a daemon may hold its pipes open.
  const settled = running.then((result) => result.cause ?? result)
  if (running.pid === undefined) throw cannotStart(await settled, file)

  for (const stream of ['stdout', 'stderr'] as const) {
    running[stream].on('data', (chunk: Buffer) => {
      kept.add(chunk)
      request.onOutput?.(stream, chunk)
    })
  }
  const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) =>
    running.once('exit', (exitCode, signal) => resolve({ exitCode, signal })),
  )
  const timedOut = await limitTime(running.pid, ended, request)
  const end = await ended
  await Promise.race([settled, delay(drainMs)])
  running.stdout.destroy()
  running.stderr.destroy()
  return { ...end, timedOut, output: kept.text() }
}

function wordsOf(request: ExecuteRequest): [string, ...string[]] {
  if (process.platform === 'win32') {
    const text = request.argv[0] ?? ''
    return request.shell ? ['cmd.exe', '/d', '/s', '/c', text] : [text, ...request.argv.slice(1)]
  }
  const argv = request.shell ? ['/bin/sh', '-c', request.argv.join(' ')] : request.argv
  const launch = planLaunch({ instance: '', stdoutFd: 1, stderrFd: 2, ...request, argv }, noGroup)
  const words: [string, ...string[]] = [launch.path, ...launch.argv.slice(1)]
  // Plain Node has nothing open that a child would inherit.
  return process.versions.electron ? closingInherited(words, request.env) : words
}

function cannotStart(cause: unknown, file: string): SpawnError {
  const { code = 'EIO', message } = cause as NodeJS.ErrnoException
  const retryable = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ETXTBSY'].includes(code)
  return new SpawnError(
    `${file} cannot be started (${message})`,
    { code, what: retryable ? 'resources' : 'program', subject: file, retryable },
    { cause },
  )
}

/** Resolves when the command has ended: whether that was because its time was up. */
async function limitTime(pid: number, ended: Promise<unknown>, request: ExecuteRequest): Promise<boolean> {
  let timedOut = false
  let kill: NodeJS.Timeout | undefined
  const end = (): void => {
    signalTree(pid, 'SIGTERM')
    kill ??= setTimeout(() => signalTree(pid, 'SIGKILL'), graceMs)
  }
  const timer = setTimeout(() => {
    timedOut = true
    end()
  }, request.timeoutMs)
  if (request.signal?.aborted) end()
  request.signal?.addEventListener('abort', end, { once: true })
  await ended
  clearTimeout(timer)
  clearTimeout(kill)
  request.signal?.removeEventListener('abort', end)
  // The leader has gone at the SIGTERM; what is left of its group goes now.
  if (kill) signalTree(pid, 'SIGKILL')
  return timedOut
}

function signalTree(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (process.platform === 'win32') void execa('taskkill', ['/pid', String(pid), '/T', '/F'], { reject: false })
    else process.kill(-pid, signal)
  } catch (error) {
    // Gone already, or changed to a user whom the agent may not signal: then it ends when it likes.
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** The end of a stream of bytes. */
class Tail {
  readonly #mostBytes: number
  #chunks: Buffer[] = []
  #bytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    // Dropping whole chunks keeps this cheap; the exact cut is made once, at the end.
    while (this.#bytes - (this.#chunks[0]?.length ?? 0) >= this.#mostBytes) {
      this.#bytes -= this.#chunks.shift()?.length ?? 0
    }
  }

  text(): string {
    const all = Buffer.concat(this.#chunks)
    return all.subarray(Math.max(0, all.length - this.#mostBytes)).toString('utf8')
  }
}
