import type { MetricStat } from '../../../contract/index.ts'
import { ByteReader, DamagedError } from './bytes.ts'
import { checkedBody, readRaw, readRolled } from './chunk.ts'
import { readColumn } from './column.ts'
import { drawn } from './lttb.ts'
import type { Names } from './names.ts'
import type { OpenBlock } from './open.ts'
import { bucketed, type Points } from './stats.ts'
import { type Block, type Level, levels, type Tables } from './table.ts'
import type { SeriesAnswer, SeriesQuery } from './types.ts'

export interface Source {
  tables: Tables
  names: Names
  /** In the order of their beginning. */
  blocks: readonly Block[]
  open: OpenBlock
}

/** Beyond it a question is refused. */
const mostSeries = 2_000
/** What one answer may be thinned from, in points of one series and of all. */
const mostRead = 20_000
const mostReadOfAll = 3_000_000
/** Points of all series of one answer. */
const mostAnswered = 400_000
/** So many points are read for one that is drawn; more would be read for nothing. */
const readPerPoint = 8
/** For more subjects than these a block is read as a whole. */
const fewSubjects = 20

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const levelNames = ['raw', 'minute', 'hour'] as const

/** How long something has been up is not kept, since that never rests: when it began is. */
const derived: Readonly<Record<string, string>> = { uptime_seconds: 'start_time_seconds' }

interface Wanted {
  subjects: ReadonlySet<number>
  keys: ReadonlySet<number>
  stat: MetricStat
}

type Found = Map<number, Map<number, Points>>

export function answerQuery(source: Source, query: SeriesQuery): SeriesAnswer {
  const { names } = source
  const kept = new Set(query.metrics.map((metric) => derived[metric] ?? metric))
  const keys = new Set([...names.keys].filter(([, { metric }]) => kept.has(metric)).map(([id]) => id))
  const subjects = new Set(
    [...names.subjects]
      .filter(([, { kind, name }]) => kind === query.kind && isAsked(name, query.subjects))
      .map(([id]) => id),
  )
  const { level, stepMs } = levelFor(
    source,
    query,
    Math.min(mostSeries, subjects.size) * Math.max(1, query.metrics.length),
  )
  const found = collect(source, level, query.fromMs, query.toMs, { subjects, keys, stat: query.stat }, query.intervalMs)
  const count = [...found.values()].reduce((sum, series) => sum + series.size, 0)
  const answer: SeriesAnswer = { level: levelNames[level], stepMs: Math.max(stepMs, query.stepMs ?? 0), series: [] }
  if (count > mostSeries) return { ...answer, tooMany: count }
  const points = Math.max(10, Math.min(query.points, Math.floor(mostAnswered / Math.max(1, count))))
  for (const [subject, series] of found)
    for (const [key, raw] of series) {
      const { metric = '', labels = {} } = names.keys.get(key) ?? {}
      const name = names.subjects.get(subject)?.name ?? ''
      const stepped = query.stepMs === undefined ? raw : bucketed(raw, answer.stepMs, query.stat)
      for (const asked of query.metrics) {
        if ((derived[asked] ?? asked) !== metric) continue
        const shown = asked === metric ? stepped : sinceStart(stepped)
        const most = query.stepMs === undefined ? points : Number.POSITIVE_INFINITY
        const drawnPoints = drawn(shown, answer.stepMs, most)
        if (drawnPoints.length > 0)
          answer.series.push({ subject: name, metric: asked, labels: { ...labels }, points: drawnPoints })
      }
    }
  return answer
}

/** A service means its instances too. */
function isAsked(name: string, asked: readonly string[] | undefined): boolean {
  if (asked === undefined) return true
  return asked.some((each) => name === each || (name.startsWith(each) && name[each.length] === '#'))
}

const sinceStart = ({ times, values }: Points): Points => ({
  times,
  values: values.map((start, at) => Math.max(0, Math.round((times[at] ?? 0) / 1000 - start))),
})

/** The finest level that reaches back far enough and is not more than what can be read at once. */
function levelFor({ blocks, open }: Source, query: SeriesQuery, series: number): { level: Level; stepMs: number } {
  const oldestOf = (level: Level): number =>
    Math.min(
      blocks.find((block) => block.level === level)?.fromMs ?? Number.POSITIVE_INFINITY,
      open.times[0] ?? Number.POSITIVE_INFINITY,
    )
  const oldest = Math.min(oldestOf(levels.raw), oldestOf(levels.minute), oldestOf(levels.hour))
  const fromMs = Math.max(query.fromMs, Math.min(oldest, query.toMs))
  const choices = [
    { level: levels.raw, stepMs: query.intervalMs },
    { level: levels.minute, stepMs: minuteMs },
  ] as const
  for (const choice of choices) {
    const count = (query.toMs - fromMs) / choice.stepMs
    const isFewEnough =
      count * series <= mostReadOfAll &&
      count <= (query.stepMs === undefined ? Math.min(mostRead, readPerPoint * query.points) : mostRead)
    const isFineEnough = query.stepMs === undefined || choice.stepMs <= query.stepMs
    if (isFewEnough && isFineEnough && oldestOf(choice.level) <= fromMs + minuteMs) return choice
  }
  return { level: levels.hour, stepMs: hourMs }
}

/** Points of a level, the newest of them made of the finer one, which is ahead of it. */
function collect(
  source: Source,
  level: Level,
  fromMs: number,
  toMs: number,
  wanted: Wanted,
  intervalMs: number,
): Found {
  const found: Found = new Map()
  const stepMs = level === levels.raw ? intervalMs : level === levels.minute ? minuteMs : hourMs
  let endMs = Number.NEGATIVE_INFINITY
  for (const block of source.blocks) {
    // One of later was measured while the clock was wrong, and says nothing of how far the level has come.
    if (block.level !== level || block.fromMs >= toMs) continue
    endMs = Math.max(endMs, block.untilMs)
    if (block.untilMs <= fromMs) continue
    readBlock(source, block, stepMs, wanted, (subject, key, times, values) =>
      append(found, subject, key, { times, values }, fromMs, toMs),
    )
  }
  if (level === levels.raw) {
    for (const subject of source.open.subjects()) {
      if (!wanted.subjects.has(subject)) continue
      for (const key of wanted.keys) {
        const points = source.open.points(subject, key)
        if (points) append(found, subject, key, points, fromMs, toMs)
      }
    }
    return found
  }
  if (endMs >= toMs) return found
  const finer = level === levels.hour ? levels.minute : levels.raw
  const newer = collect(source, finer, Math.max(fromMs, endMs), toMs, wanted, intervalMs)
  for (const [subject, series] of newer)
    for (const [key, points] of series)
      append(found, subject, key, bucketed(points, stepMs, wanted.stat), Number.NEGATIVE_INFINITY, toMs)
  return found
}

/** What is not after the last point is of a time that was lived through twice, and is left out. */
function append(
  found: Found,
  subject: number,
  key: number,
  { times, values }: { times: ArrayLike<number>; values: ArrayLike<number> },
  fromMs: number,
  toMs: number,
): void {
  let series = found.get(subject)
  if (!series) {
    series = new Map()
    found.set(subject, series)
  }
  let points = series.get(key)
  if (!points) {
    points = { times: [], values: [] }
    series.set(key, points)
  }
  let lastMs = points.times.at(-1) ?? Number.NEGATIVE_INFINITY
  for (let at = 0; at < times.length; at++) {
    const time = times[at] ?? 0
    if (time < fromMs || time >= toMs || time <= lastMs) continue
    points.times.push(time)
    points.values.push(values[at] ?? Number.NaN)
    lastMs = time
  }
}

type Take = (subject: number, key: number, times: ArrayLike<number>, values: ArrayLike<number>) => void

/** A row that is damaged is a gap of that subject, and no more. */
function readBlock({ tables }: Source, block: Block, stepMs: number, wanted: Wanted, take: Take): void {
  const rawTimes = block.level === levels.raw ? timesOf(block) : undefined
  if (block.level === levels.raw && !rawTimes) return
  let grid: Float64Array | undefined
  const read = (subject: number, data: Uint8Array): void => {
    try {
      if (rawTimes) {
        for (const [key, values] of readRaw(data, wanted.keys)) take(subject, key, rawTimes, values)
        return
      }
      for (const [key, columns] of readRolled(data, wanted.keys)) {
        const values = columns[wanted.stat]
        if (grid?.length !== values.length) grid = Float64Array.from(values, (_, slot) => block.fromMs + slot * stepMs)
        take(subject, key, grid, values)
      }
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error
    }
  }
  if (wanted.subjects.size <= fewSubjects) {
    for (const subject of wanted.subjects) {
      const data = tables.chunk(block.level, block.fromMs, subject)
      if (data) read(subject, data)
    }
    return
  }
  for (const { subject, data } of tables.chunks(block.level, block.fromMs))
    if (wanted.subjects.has(subject)) read(subject, data)
}

function timesOf(block: Block): Float64Array | undefined {
  try {
    return block.times ? readColumn(new ByteReader(checkedBody(block.times))) : undefined
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error
    return undefined
  }
}
