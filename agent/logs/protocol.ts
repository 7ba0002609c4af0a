import type { LogLine } from '../../contract/index.ts'
import type { LogSpec } from '../config/index.ts'
import type { Position } from './cursor.ts'
import type { HistogramRequest, HistogramResult } from './histogram.ts'
import type { HitsResult, SearchRequest, SearchResult } from './search.ts'
import type { LogWarning, RunLog, SpoolOwner } from './types.ts'
import type { WholeText } from './whole.ts'

export type Role = 'tail' | 'search'

/** What a worker is opened with. */
export interface WorkerFacts {
  role: Role
  /** The data directory: `spool/` and `logs/` are in it. */
  dataDir: string
  /** For `tail`, in tests: the usual limit is years of writing away. */
  collapseAboveBytes?: number
  /** For `search`: odd while a person's pattern is being matched; changes whenever it comes on. */
  progress: SharedArrayBuffer
}

/** What the tailing worker can be asked. */
export type TailCalls = {
  attach(run: RunLog): void
  /** Resolves when all that the run wrote is in segments. */
  finish(cookie: string): Promise<void>
  lastLines(instance: string, count: number): LogLine[]
  /** Moves what is there of these services, or of all, and answers the order up to which everything is in segments. */
  settle(services: readonly string[] | undefined): number
  configure(specs: ReadonlyMap<string, LogSpec>): void
  sweepSpools(ended: ReadonlySet<string>, owners: readonly SpoolOwner[]): Promise<void>
  /** Whether anybody wants to be told of lines that were moved. */
  tell(wanted: boolean): void
  close(): void
}

/** What a searching worker can be asked. */
export type SearchCalls = {
  configure(specs: ReadonlyMap<string, LogSpec>): void
  search(request: SearchRequest): SearchResult
  hits(request: SearchRequest): HitsResult
  histogram(request: HistogramRequest): HistogramResult
  whole(instance: string, place: Position): WholeText | undefined
}

export type Request<Calls> = {
  [Name in keyof Calls]: Calls[Name] extends (...args: infer Args) => unknown
    ? { id: number; call: Name; args: Args }
    : never
}[keyof Calls]

/** A long list of lines comes in several parts, so that none keeps the receiver's loop busy for long. */
export type Reply =
  | { id: number; part: LogLine[] }
  | { id: number; result: unknown }
  | { id: number; error: { name: string; message: string } }

export type News = { news: 'moved'; order: number; instances: string[] } | { news: 'warning'; warning: LogWarning }

export type WorkerMessage = Reply | News
