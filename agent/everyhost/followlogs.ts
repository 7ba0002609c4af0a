import { type LogLine, type LogQuery, mostLogHosts, type SilentHost } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { pause } from '../os/index.ts'
import { present } from '../present.ts'
import { type Hosts, reachable } from './hosts.ts'
import { Inbox } from './inbox.ts'
import { byKey, logTargets, type Placed, placed } from './logs.ts'
import { placeOfWord, readPlace } from './place.ts'
import { HostStreams } from './streams.ts'

interface Batch {
  items: LogLine[]
  cursor: string
  skipped: number
}

const tellEveryMs = 200
const firstWaitMs = 1_500
/** Lines that wait for a slow reader; older ones count as skipped, and are there when one scrolls back. */
const mostHeld = 20_000
const mostFirst = 2_000

/** Where each host's stream goes on, as a text for clients; one that cannot be read begins anew. */
const writeCursors = (cursors: ReadonlyMap<string, string>): string =>
  Buffer.from(JSON.stringify([...cursors])).toString('base64url')

function readCursors(text: string | undefined): Map<string, string> {
  try {
    const read: unknown = JSON.parse(Buffer.from(text ?? '', 'base64url').toString())
    const isPair = (pair: unknown): pair is [string, string] =>
      Array.isArray(pair) && pair.length === 2 && pair.every((word) => typeof word === 'string')
    return new Map(Array.isArray(read) ? read.filter(isPair).slice(0, 10 * mostLogHosts) : [])
  } catch {
    // Another list's, or none: the stream begins with the newest lines.
    return new Map()
  }
}

/**
 * Lines of several hosts as they come, each batch in the order of their times. When a host falls silent, and when it is
 * back, a line says so where it happened; the others go on.
 */
export async function* followLogs(
  hosts: Hosts,
  query: LogQuery,
  caller: Caller,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  const { service, grep, level } = query
  const limit = Math.min(query.limit, mostFirst)
  const targets = logTargets(hosts, service)
  const named = new Map([...targets].map(([host, names]) => [host.id, names]))
  const isForAll = [service ?? []].flat().length === 0
  const cursors = readCursors(query.cursor)
  const inbox = new Inbox<Placed>(mostHeld)
  const settled = new Set<string>()
  const silent = new Set<string>()
  let skipped = 0
  let words = 0
  const say = (host: string, atMs: number, text: string): void => {
    const place = placeOfWord(atMs, host)
    const line: LogLine = {
      seq: ++words,
      time: new Date(atMs).toISOString(),
      stream: 'stderr',
      level: 'warn',
      text,
      service: `@${host}`,
      place,
    }
    const key = readPlace(place)
    if (key) inbox.put({ key, line })
  }
  const streams = new HostStreams<Batch>(hosts, {
    wanted: (all) => {
      // Of all hosts those that are reached first stay, also when they fall silent.
      if (isForAll && named.size < mostLogHosts)
        for (const { id } of reachable(hosts, mostLogHosts))
          if (named.size < mostLogHosts && !named.has(id)) named.set(id, undefined)
      return all.filter(({ id }) => named.has(id))
    },
    open: async (host, ended) => {
      const cursor = cursors.get(host.id)
      const input = present({ service: named.get(host.id), grep, level, limit, cursor })
      return (await hosts.call(host, ['logs', 'follow'], input, { signal: ended }, caller)) as AsyncIterable<Batch>
    },
    item: (host, batch) => {
      settled.add(host.id)
      if (silent.delete(host.id)) say(host.name, hosts.clock.nowMs(), `${host.name} is heard again.`)
      cursors.set(host.id, batch.cursor)
      skipped += batch.skipped
      inbox.put(...batch.items.map((line) => placed(line, host.name)))
    },
    silent: (host, { since, text }: SilentHost) => {
      settled.add(host.id)
      if (silent.has(host.id)) return
      silent.add(host.id)
      say(host.name, Date.parse(since), `No more lines of ${host.name} from here on: ${text}.`)
    },
    gone: ({ id }) => void settled.delete(id),
  })
  streams.begin()
  try {
    const untilMs = hosts.clock.monotonicMs() + firstWaitMs
    const isSettled = (): boolean => [...named.keys()].every((id) => settled.has(id))
    while (!signal.aborted && !isSettled() && hosts.clock.monotonicMs() < untilMs) await pause(hosts.clock, 20, signal)
    const isResumed = query.cursor !== undefined
    const first = inbox.takeAll().sort(byKey)
    if (signal.aborted) return
    yield batchOf(isResumed ? first : first.slice(-limit), isResumed ? skipped : 0)
    skipped = 0
    while (!signal.aborted) {
      await inbox.news(signal)
      // Lines of the same moment come from several hosts one after another.
      await pause(hosts.clock, tellEveryMs, signal)
      if (signal.aborted) return
      yield batchOf(inbox.takeAll().sort(byKey), skipped + inbox.takeDropped())
      skipped = 0
    }
  } finally {
    streams.end()
  }

  function batchOf(lines: readonly Placed[], left: number): Batch {
    return { items: lines.map(({ line }) => line), cursor: writeCursors(cursors), skipped: left }
  }
}
