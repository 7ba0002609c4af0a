import { join } from 'node:path'
import type { LogLevel, LogLine } from '../../contract/index.ts'
import type { LogSpec } from '../config/index.ts'
import type { Position } from './cursor.ts'
import { listFiles, readHeader } from './files.ts'
import { type HistogramRequest, type HistogramResult, Histograms } from './histogram.ts'
import { joinRecords, longestJoin } from './join.ts'
import { isAtLeast, levelHint, levelOf } from './level.ts'
import { fieldsOf, toLogLine } from './line.ts'
import { folderName, isInstanceOf } from './names.ts'
import { compilePattern } from './pattern.ts'
import { type Batch, countLines, type ScanRange, scan } from './scan.ts'
import { longestWholeBytes, readWhole, type WholeText } from './whole.ts'
import { headOf, type Matcher, type ScannedLine } from './window.ts'

export interface SearchRequest extends ScanRange {
  /** Names of services, each with its replicas, or of instances; all when absent. */
  services?: readonly string[]
  /** Names of instances, each alone. */
  instances?: readonly string[]
  limit: number
  /** Patterns of which each has to match. */
  grep?: readonly string[]
  level?: LogLevel
  /** When this time is up, what was found is answered, with the place to go on from. */
  budgetMs: number
  /** Also counts the lines that were passed over, as a reader who keeps up wants to know. */
  countsSkipped?: boolean
}

export interface SearchResult {
  /** Oldest first, whatever the direction. */
  items: LogLine[]
  /** Where the next page goes on; absent when there is nothing more in this direction. */
  next?: Position
  /** The newest place that was answered or passed. */
  newest?: Position
  skipped: number
}

export interface HitsResult {
  places: Position[]
  next?: Position
}

interface Found {
  line: ScannedLine
  source: Source
}

interface InstanceFolder {
  folder: string
  instance: string
  spec: LogSpec
}

/** What tells a watchdog that a person's pattern is being matched, and that it comes on. */
export interface Guard {
  enter(): void
  leave(): void
}

/** A page holds at most so much text, however long its lines are. */
const longestPageBytes = 8 << 20

interface Source {
  instance: string
  folder: string
  spec: LogSpec
  batches: Iterator<Batch>
  lines: ScannedLine[]
  at: number
  frontier: Position | undefined
  done: boolean
}

/** Answers what clients ask of history. Lines of several services are merged in the order in which they were seen. */
export class Search {
  readonly #root: string
  readonly #guard: Guard
  readonly #histograms = new Histograms()
  #specs: ReadonlyMap<string, LogSpec> = new Map()
  /** Names of folders that their index alone can tell. */
  readonly #instances = new Map<string, { instance: string; service: string; spec: LogSpec }>()

  constructor(root: string, guard: Guard) {
    this.#root = root
    this.#guard = guard
  }

  configure(specs: ReadonlyMap<string, LogSpec>): void {
    this.#specs = specs
  }

  /** @throws {PatternError} when the pattern is not one */
  run(request: SearchRequest): SearchResult {
    const { found, next, sources } = this.#collect(request)
    const newest = request.backward ? found[0]?.line : found.at(-1)?.line
    if (request.backward) found.reverse()
    return {
      items: found.map(({ line, source }) => toLogLine(line, source.instance, source.spec.format)),
      ...(next && { next }),
      ...(newest && { newest: newest.end ?? { order: newest.order, seq: newest.seq } }),
      skipped: request.countsSkipped && next ? this.#countBeyond(sources, request, next) : 0,
    }
  }

  /** Only where lines are. @throws {PatternError} as `run` */
  hits(request: SearchRequest): HitsResult {
    const { found, next } = this.#collect(request)
    return { places: found.map(({ line: { order, seq } }) => ({ order, seq })), ...(next && { next }) }
  }

  /** All of the line, or of the lines that `multiline` joins, at a place; undefined where it is not kept any more. */
  whole(instance: string, place: Position): WholeText | undefined {
    const [source] = this.#folders({ instances: [instance] })
    if (!source) return undefined
    const { folder, spec } = source
    if (!spec.multiline) return readWhole(folder, place)
    const isFirst = this.#isFirst(spec.multiline)
    const texts: string[] = []
    let bytes = 0
    let truncated = false
    let stderr: boolean | undefined
    const behind: ScanRange = { backward: false, after: { order: place.order, seq: place.seq - 1 } }
    for (const { lines } of scan(folder, behind, undefined)) {
      for (const line of lines) {
        const isNext = stderr !== undefined && (line.stderr !== stderr || isFirst(line.text))
        if (isNext || texts.length >= longestJoin || bytes > longestWholeBytes) return joinedText(texts, truncated)
        stderr = line.stderr
        const whole = line.truncated ? readWhole(folder, line) : line
        truncated ||= whole?.truncated === true
        texts.push(whole?.text ?? line.text)
        bytes += Buffer.byteLength(texts.at(-1) ?? '') + 1
      }
    }
    return texts.length === 0 ? undefined : joinedText(texts, truncated)
  }

  /** How many lines there are over time, as far as it comes within its time. */
  histogram(request: HistogramRequest): HistogramResult {
    return this.#histograms.count(this.#folders(request), request)
  }

  /** Lines in the order of reading, and where the next ones begin. */
  #collect(request: SearchRequest): { found: Found[]; next: Position | undefined; sources: Source[] } {
    const deadline = performance.now() + request.budgetMs
    const sources = this.#sourcesFor(request)
    const found: Found[] = []
    let bytes = 0
    let next: Position | undefined
    try {
      for (;;) {
        const source = nextSource(sources, request.backward, deadline)
        if (!source) break
        const line = source.lines[source.at]
        const last = found.at(-1)?.line
        if (!line) {
          next = source.frontier ?? (last && endOf(last, request.backward))
          break
        }
        if (found.length >= request.limit || bytes > longestPageBytes) {
          next = last && endOf(last, request.backward)
          break
        }
        found.push({ line, source })
        source.at++
        bytes += line.text.length + 100
      }
    } finally {
      for (const { batches } of sources) batches.return?.()
    }
    return { found, next, sources }
  }

  #countBeyond(sources: readonly Source[], request: SearchRequest, next: Position): number {
    const rest = request.backward
      ? { ...(request.after && { after: request.after }), before: next }
      : { after: next, ...(request.before && { before: request.before }) }
    return sources.reduce((total, { folder }) => total + countLines(folder, rest), 0)
  }

  #sourcesFor(request: SearchRequest): Source[] {
    const matcher = this.#matcherFor(request)
    return this.#folders(request).map(({ folder, instance, spec }) => {
      const wanted = matcher(spec)
      const batches = spec.multiline
        ? filtered(
            joinRecords(scan(folder, request, undefined), this.#isFirst(spec.multiline), request.backward),
            wanted,
          )
        : scan(folder, request, wanted)
      return {
        instance,
        folder,
        spec,
        batches: batches[Symbol.iterator](),
        lines: [],
        at: 0,
        frontier: undefined,
        done: false,
      }
    })
  }

  #folders({ services, instances }: Pick<SearchRequest, 'services' | 'instances'>): InstanceFolder[] {
    const exact = instances && new Set(instances.map((instance) => folderName(instance)))
    const names = services?.flatMap((service) => [folderName(service), folderName(`${service}#0`).slice(0, -1)])
    const found: InstanceFolder[] = []
    for (const name of listFiles(this.#root)) {
      // Spares reading the index of every folder; replicas begin with the service's name.
      if (names && !names.some((wanted) => name.startsWith(wanted) || name.startsWith('%%'))) continue
      if (exact && !exact.has(name)) continue
      const folder = join(this.#root, name)
      const facts = this.#instances.get(name) ?? readHeader(folder)
      if (!facts) continue
      const { instance, service, spec } = facts
      this.#instances.set(name, { instance, service, spec })
      if (services && !services.some((wanted) => isInstanceOf(instance, wanted))) continue
      found.push({ folder, instance, spec: this.#specs.get(service) ?? spec })
    }
    return found
  }

  #isFirst(multiline: string): (text: string) => boolean {
    const { line } = compilePattern(multiline)
    return (text) => this.#guarded(() => line.test(text))
  }

  #matcherFor(request: SearchRequest): (spec: LogSpec) => Matcher | undefined {
    const { level } = request
    const patterns = (request.grep ?? []).map(compilePattern)
    const hint = level === undefined ? undefined : levelHint(level)
    if (patterns.length === 0 && (level === undefined || level === 'trace')) return () => undefined
    const block = patterns.find((pattern) => pattern.block)?.block ?? (hint && new RegExp(hint, 'gim'))
    return (spec) => ({
      ...(block && {
        find: (lines: string, from: number) =>
          this.#guarded(() => {
            block.lastIndex = from
            return block.exec(lines)?.index ?? -1
          }),
      }),
      matches: (line) => {
        for (const { line: pattern } of patterns) if (!this.#guarded(() => pattern.test(line))) return false
        if (level === undefined) return true
        const fields = spec.format === 'text' ? undefined : fieldsOf(line)
        return isAtLeast(levelOf(line, fields), level)
      },
    })
  }

  #guarded<T>(match: () => T): T {
    this.#guard.enter()
    try {
      return match()
    } finally {
      this.#guard.leave()
    }
  }
}

function joinedText(texts: readonly string[], truncated: boolean): WholeText {
  const bytes = Buffer.from(texts.join('\n'))
  const isLonger = bytes.length > longestWholeBytes
  return {
    text: isLonger ? headOf(bytes, longestWholeBytes) : bytes.toString('utf8'),
    truncated: truncated || isLonger,
  }
}

function* filtered(batches: Iterable<Batch>, matcher: Matcher | undefined): Generator<Batch> {
  for (const { lines, frontier } of batches) {
    yield { lines: matcher ? lines.filter((line) => matcher.matches(line.text)) : lines, frontier }
  }
}

/** Going on from here leaves this line out; a joined line read forwards ends with its last. */
function endOf(line: ScannedLine, backward: boolean): Position {
  const { order, seq } = backward ? line : (line.end ?? line)
  return { order, seq }
}

/**
 * The source whose line comes next, after each has one to compare. When the time is up a source without one stands where
 * it has come to, so that nothing before that place is passed over.
 */
function nextSource(sources: readonly Source[], backward: boolean, deadline: number): Source | undefined {
  let best: Source | undefined
  let bestOrder = 0
  for (const source of sources) {
    while (
      !source.done &&
      source.at >= source.lines.length &&
      (source.frontier === undefined || performance.now() < deadline)
    ) {
      pull(source)
    }
    if (source.done && source.at >= source.lines.length) continue
    const { order } = source.lines[source.at] ?? (source.frontier as Position)
    if (best && (backward ? order <= bestOrder : order >= bestOrder)) continue
    best = source
    bestOrder = order
  }
  return best
}

function pull(source: Source): void {
  const { done, value } = source.batches.next()
  if (done) {
    source.done = true
    return
  }
  source.lines = value.lines
  source.at = 0
  source.frontier = value.frontier
}
