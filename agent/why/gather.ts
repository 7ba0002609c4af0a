import type { Range } from '../config/index.ts'
import type { Platform, SpawnError } from '../os/platform.ts'
import type { ServiceFacts } from './facts.ts'
import { refusedIn, takenPorts } from './ports.ts'
import { type ListDir, similarFiles, similarPrograms } from './similar.ts'
import { baseName } from './words.ts'

/** What is looked up at the moment of a failure. Whoever calls gives the ways to look; nothing here throws. */

type StartError = NonNullable<ServiceFacts['startError']>
type PortFacts = NonNullable<ServiceFacts['port']>

/** `listDir` and `statOf` of `agent/os` fit as they are. */
export interface ProgramFiles {
  listDir: ListDir
  /** Undefined where there is no such file. */
  stat?: (path: string) => Promise<{ mode: number; uid: number } | undefined>
  userName?: (uid: number) => string | undefined
}

export interface StartAttempt {
  /** As it was to be executed: a name, or a path. */
  program: string
  /** Of the child, `:` between its folders. */
  path: string
  cwd: string | undefined
  /** Of the attribute that is at fault, by what is wrong; absent parts fall back to the service's own range. */
  ranges?: Partial<Record<SpawnError['what'], Range>>
}

/** A failed spawn as facts, with what may have been meant and what stands in the way. */
export async function startErrorOf(error: SpawnError, attempt: StartAttempt, files: ProgramFiles): Promise<StartError> {
  const { code, what, subject, message, retryable } = error
  const range = attempt.ranges?.[what]
  const base: StartError = { what, code, subject, message, retryable, ...(range && { range }) }
  return { ...base, ...(await details(base, attempt, files)) }
}

async function details(error: StartError, attempt: StartAttempt, files: ProgramFiles): Promise<Partial<StartError>> {
  const { listDir } = files
  const inCwd = (path: string): string => absolute(path, attempt.cwd)
  switch (error.what) {
    case 'program':
      return offered(
        error.subject.includes('/')
          ? await similarFiles(inCwd(error.subject), listDir)
          : await similarPrograms(error.subject, attempt.path, listDir),
      )
    case 'directory':
      return error.code === 'ENOENT'
        ? offered(await similarFiles(error.subject.replace(/(?<=.)\/+$/, ''), listDir))
        : {}
    case 'interpreter': {
      const near = await similarPrograms(baseName(error.subject), attempt.path, listDir)
      return { ...offered(near), scriptOf: inCwd(attempt.program) }
    }
    case 'permission': {
      const file = error.subject === '' ? undefined : await settle(files.stat?.(inCwd(error.subject)))
      if (!file) return {}
      const owner = files.userName?.(file.uid) ?? (file.uid === 0 ? 'root' : `user id ${file.uid}`)
      return { file: { mode: file.mode, owner } }
    }
    default:
      return {}
  }
}

const offered = (similar: readonly string[]): Partial<StartError> => (similar.length > 0 ? { similar } : {})

/** What cannot be looked up is not told of; the failure itself is told all the same. */
async function settle<T>(value: T | Promise<T> | undefined): Promise<T | undefined> {
  const [result] = await Promise.allSettled([value])
  return result.status === 'fulfilled' ? result.value : undefined
}

function absolute(path: string, cwd: string | undefined): string {
  return path.startsWith('/') || cwd === undefined || !path.includes('/') ? path : `${cwd.replace(/\/+$/, '')}/${path}`
}

export interface PortLookup {
  platform: Pick<Platform, 'portHolder'>
  /** The instance that a process with this cookie belongs or belonged to. */
  ownerOf: (cookie: string) => string | undefined
  /** The instance that wants the port. */
  instance: string
  /** A port near `port` that nobody holds and no service declares. */
  freePort: (port: number) => number | undefined | Promise<number | undefined>
  /** Where the number is written, and as what. */
  declared?: { range: Range; attribute?: string }
}

/** Who holds a port, and which other is free. Without `holder` and `hidden` nobody holds it now. */
export async function portFacts(port: number, lookup: PortLookup): Promise<PortFacts> {
  const { platform, ownerOf, instance, declared } = lookup
  const [holder, freePort] = await Promise.all([settle(platform.portHolder(port)), settle(lookup.freePort(port))])
  const service = typeof holder === 'object' && holder.cookie !== undefined ? ownerOf(holder.cookie) : undefined
  return {
    port,
    ...(freePort !== undefined && { freePort }),
    ...(declared && {
      range: declared.range,
      ...(declared.attribute !== undefined && { attribute: declared.attribute }),
    }),
    ...(holder === 'hidden' && { hidden: true }),
    ...(typeof holder === 'object' && {
      holder: {
        pid: holder.pid,
        name: holder.name,
        command: holder.command,
        startTime: holder.startTime,
        ...(service !== undefined && { service }),
        leftFromOwnRun: service === instance,
      },
    }),
  }
}

export interface ExitLookup extends Omit<PortLookup, 'declared'> {
  commandLine: string
  /** The ports of the service itself, moved on for its replica. */
  declared: readonly { port: number; range: Range; attribute?: string }[]
  /** Which service declares a port. */
  serviceOf: (port: number) => string | undefined
}

/**
 * What the last lines of a failed run ask to be looked up: who holds the port that was taken, and whose port it is that
 * refuses. To be called right after the exit, while the holder is still there.
 */
export async function exitFacts(
  lines: readonly string[],
  lookup: ExitLookup,
): Promise<Pick<ServiceFacts, 'port' | 'refused'>> {
  const { declared, commandLine, serviceOf } = lookup
  const candidates = takenPorts(lines, { declared: declared.map(({ port }) => port), commandLine })
  const found: PortFacts[] = []
  for (const port of candidates) {
    const { declared: _, ...rest } = lookup
    const own = declared.find((each) => each.port === port)
    found.push(await portFacts(port, { ...rest, ...(own && { declared: own }) }))
  }
  const port = found.find((each) => each.holder || each.hidden) ?? found[0]
  const [refused] = refusedIn(lines)
  const service = refused && isHere(refused.host) ? serviceOf(refused.port) : undefined
  return {
    ...(port && { port }),
    ...(refused && { refused: { ...refused, ...(service !== undefined && { service }) } }),
  }
}

/** Another machine's port is not ours, whatever its number. */
const isHere = (host: string): boolean => /^(?:127\.[\d.]+|::1|0\.0\.0\.0|::|localhost)$/i.test(host)
