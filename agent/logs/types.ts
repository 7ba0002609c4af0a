import type {
  LogHistogram,
  LogHistogramQuery,
  LogHits,
  LogHitsQuery,
  LogLine,
  LogQuery,
  LogWhole,
  LogWholeQuery,
} from '../../contract/index.ts'
import type { LogSpec } from '../config/index.ts'

export interface SpoolFds {
  stdoutFd: number
  stderrFd: number
  /** Closes the agent's own copies; to be called right after the spawn, whatever came of it. */
  close(): void
  /** Closes them and removes the files: nothing was started that would write to them. */
  discard(): Promise<void>
}

export interface RunLog {
  /** The run's cookie names its spool files. */
  cookie: string
  instance: string
  service: string
  spec: LogSpec
}

/** Whose a spool is whose run nobody ever began to tail: by what its cookie begins with. */
export interface SpoolOwner {
  cookiePrefix: string
  instance: string
  service: string
  spec: LogSpec
}

export interface LogPage {
  items: LogLine[]
  nextCursor?: string
}

export interface LogBatch {
  items: LogLine[]
  cursor: string
  /** Lines that a slow reader was not sent. */
  skipped: number
}

/** A warning about somebody's log: a write that failed, an output that was truncated by its writer, a spool that grows. */
export interface LogWarning {
  instance: string
  /** `not-watched` is about all of them; its `instance` is empty. */
  code: 'truncated-by-writer' | 'cannot-write' | 'spool-grows' | 'recovered' | 'not-watched'
  text: string
}

/**
 * What services write. Spool files are written by the services themselves; a worker moves their
 * lines into segments under `logs/NAME/`. Nothing here ever throws into the supervisor.
 */
export interface Logs {
  /** Creates the run's two spool files (O_EXCL, 0600) and returns descriptors for the child. @throws with the cause when the disk refuses. */
  openSpool(run: RunLog): Promise<SpoolFds>
  /** Starts (or after a restart of the agent goes on) tailing the run's spools. */
  attach(run: RunLog): void
  /** The run's tree is empty: reads to the end, then removes the spools. Resolves when all its lines are in segments. */
  finish(cookie: string): Promise<void>
  /** The newest lines of an instance, oldest first, those still in the spool included. */
  lastLines(instance: string, count: number): Promise<LogLine[]>
  /**
   * The newest `limit` lines, oldest first; further pages lead into the past. With `since` the first ones from there on,
   * and further pages lead to the present. At most 10,000 in a page. `since` and `until` are RFC 3339, or how long ago
   * (`10m`). `grep` is a regular expression of JavaScript, `(?i)` before it ignores case; colours are no part of what it
   * sees, and of a long line it sees the first 64 KiB.
   * @throws {CoreError} BAD_INPUT for what is wrong with the query, UNAVAILABLE when the logs cannot be read
   */
  query(query: LogQuery): Promise<LogPage>
  /** The newest `limit` lines, or those behind `cursor`, as one batch, then what comes. Ends with `signal`; throws as `query` does. */
  follow(query: LogQuery, signal: AbortSignal): AsyncIterable<LogBatch>
  /** Where lines match, in all that is kept, newest first; ends with `signal` or the last one. Throws as `query` does. */
  hits(query: LogHitsQuery, signal: AbortSignal): AsyncIterable<LogHits>
  /** All of a line that is too long for a list, its records joined, up to 16 MiB. @throws {CoreError} NOT_FOUND, BAD_INPUT, UNAVAILABLE */
  whole(query: LogWholeQuery): Promise<LogWhole>
  /** How many lines there are over time. What could not be counted in a second is counted when it is asked for again. */
  histogram(query: LogHistogramQuery): Promise<LogHistogram>
  /** The services of the configuration with their log settings; retention of others goes on with what they had. */
  configure(specs: ReadonlyMap<string, LogSpec>): void
  /** The spool files that are there now: their paths, and the cookies of the runs they are of. */
  spools(): Promise<Map<string, string>>
  /**
   * Removes the spools of runs that have ended, after moving their lines. By name: what is there beside them may belong to
   * a run that begins meanwhile.
   */
  sweepSpools(endedCookies: ReadonlySet<string>, owners?: readonly SpoolOwner[]): Promise<void>
  onWarning(listener: (warning: LogWarning) => void): () => void
  close(): Promise<void>
}
