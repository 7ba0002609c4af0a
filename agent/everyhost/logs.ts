import {
  addressOf,
  type FleetHost,
  type LogHistogram,
  type LogHistogramQuery,
  type LogHits,
  type LogHitsQuery,
  type LogLine,
  type LogQuery,
  type LogWhole,
  mostLogHosts,
} from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import { present } from '../present.ts'
import { addHistograms } from './histogram.ts'
import { askAll, type Hosts, placeOf, targetsOf, valuesOf } from './hosts.ts'
import { compareKeys, type Key, localPlace, placeAt, readPlace } from './place.ts'

const mostLines = 2_000
/** Lines of one host are in the order in which they were collected, which is almost that of their times. */
const slackMs = 1_000

interface Page {
  items: LogLine[]
  nextCursor?: string
}

/** A line with where it stands among those of all hosts. */
export interface Placed {
  key: Key
  line: LogLine
}

export function placed(line: LogLine, host: string): Placed {
  const place = placeAt(line, host)
  const key = readPlace(place) as Key
  return { key, line: { ...line, service: addressOf(line.service, host), place } }
}

export const byKey = (a: Placed, b: Placed): number => compareKeys(a.key, b.key)

/** Whose lines are meant, and of which services there; undefined for all of them. */
export function logTargets(hosts: Hosts, service: LogQuery['service']): Map<FleetHost, string[] | undefined> {
  const targets = targetsOf(hosts, [service ?? []].flat(), { most: mostLogHosts, unnamed: mostLogHosts, what: 'Lines' })
  // An address with no name before its host is that host with all of its services.
  return new Map([...targets].map(([host, names]) => [host, names?.includes('') ? undefined : names]))
}

/** Where a page is to begin, by a place or a time, and in which direction it goes. */
interface Range {
  isForward: boolean
  from?: Key
  before?: Key
  since?: string
  until?: string
}

function rangeOf({ cursor, from, before, since, until }: LogQuery): Range {
  const [direction, place] = cursor === undefined ? [] : [cursor[0], cursor.slice(1)]
  const at = (path: string, text: string): Key => {
    const key = readPlace(text)
    if (key) return key
    const message = `${path}: is not a place that a list of all hosts gave`
    throw new CoreError('BAD_INPUT', message, { errors: [{ path, message: 'is not one that this list gave' }] })
  }
  if (place !== undefined && direction === 'f') return { isForward: true, from: at('cursor', place) }
  if (place !== undefined) return { isForward: false, before: at('cursor', place) }
  if (from !== undefined) return { isForward: true, from: at('from', from) }
  if (before !== undefined) return { isForward: false, before: at('before', before) }
  return { isForward: since !== undefined, ...present({ since, until }) }
}

const iso = (atMs: number): string => new Date(atMs).toISOString()

/** Lines of services of several hosts as one list by their times. */
export async function queryLogs(hosts: Hosts, query: LogQuery, caller: Caller): Promise<Page> {
  const targets = logTargets(hosts, query.service)
  const range = rangeOf(query)
  const limit = Math.min(query.limit, mostLines)
  const { grep, level } = query
  const answers = await askAll<Page>(
    hosts,
    [...targets.keys()],
    ['logs', 'query'],
    (host) =>
      present({
        service: targets.get(host),
        grep,
        level,
        limit: limit + 1,
        since: range.from ? iso(range.from.atMs) : range.since,
        // A line of the same moment may stand before the place: which do is seen by their keys.
        until: range.before ? iso(range.before.atMs + 1) : range.until,
      }),
    caller,
  )
  return pageOf(
    valuesOf(answers).map(({ host, value }) => ({
      lines: value.items.map((line) => placed(line, host.name)),
      isCut: value.nextCursor !== undefined,
    })),
    range,
    limit,
  )
}

/** One page of what hosts have answered: no further than all of them reach. */
export function pageOf(
  parts: readonly { lines: readonly Placed[]; isCut: boolean }[],
  { isForward, from, before }: Range,
  limit: number,
): Page {
  const cut = parts.filter(({ isCut, lines }) => isCut && lines.length > 0)
  const reach = cut.map(({ lines }) => {
    const times = lines.map(({ key }) => key.atMs)
    const [low, high] = [Math.min(...times), Math.max(...times)]
    const slack = Math.min(slackMs, (high - low) / 2)
    return isForward ? high - slack : low + slack
  })
  const horizonMs = isForward ? Math.min(...reach, Number.POSITIVE_INFINITY) : Math.max(...reach, 0)
  const isInside = ({ key }: Placed): boolean =>
    (isForward ? key.atMs <= horizonMs : key.atMs >= horizonMs) &&
    (!from || compareKeys(key, from) >= 0) &&
    (!before || compareKeys(key, before) < 0)
  const all = parts
    .flatMap(({ lines }) => lines)
    .filter(isInside)
    .sort(byKey)
  const chosen = isForward ? all.slice(0, limit) : all.slice(-limit)
  const isMore = cut.length > 0 || all.length > chosen.length
  const end = isForward ? chosen.at(-1) : chosen[0]
  const items = chosen.map(({ line }) => line)
  return isMore && end ? { items, nextCursor: `${isForward ? 'f' : 'b'}${end.line.place}` } : { items }
}

const mostHits = 1_000

/** Hits as the newest lines that match, in one message: places of all hosts need the time of each line. */
export async function hitsOf(
  hosts: Hosts,
  { pattern, grep, ...query }: LogHitsQuery,
  caller: Caller,
): Promise<LogHits> {
  const all = [...[grep ?? []].flat(), pattern]
  const { items, nextCursor } = await queryLogs(hosts, { ...query, grep: all, limit: mostHits }, caller)
  const [oldest] = items
  return {
    places: items.flatMap(({ place }) => place ?? []).reverse(),
    searchedTo: nextCursor === undefined || !oldest ? iso(0) : oldest.time,
    done: true,
    more: nextCursor !== undefined,
  }
}

export async function histogramOf(hosts: Hosts, query: LogHistogramQuery, caller: Caller): Promise<LogHistogram> {
  const targets = logTargets(hosts, query.service)
  const answers = await askAll<LogHistogram>(
    hosts,
    [...targets.keys()],
    ['logs', 'histogram'],
    (host) => present({ ...query, service: targets.get(host) }),
    caller,
  )
  return addHistograms(
    valuesOf(answers).map(({ value }) => value),
    hosts.clock.nowMs(),
  )
}

export async function wholeOf(
  hosts: Hosts,
  input: { service: string; place: string },
  caller: Caller,
): Promise<LogWhole> {
  const { host, name } = placeOf(hosts, input.service)
  const key = readPlace(input.place)
  const place = key && localPlace(key)
  if (place === undefined) throw new CoreError('NOT_FOUND', `${input.service} has no line at ${input.place}.`)
  return (await hosts.call(host, ['logs', 'whole'], { service: name, place }, {}, caller)) as LogWhole
}
