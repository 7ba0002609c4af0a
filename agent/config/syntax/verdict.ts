import type { Body } from './ast.ts'
import type { Gap, Reading } from './body.ts'
import { judge, maxErrors, type Refusal } from './judge.ts'
import { blanked, withoutAccepted } from './pieces.ts'
import { Source, type Span } from './source.ts'

/** How often a file with mistakes is judged anew, each time without the item in which the last one was found. */
const maxRounds = 30
/** A file that takes longer than this to judge is not judged again and again. */
const maxMs = 1000

/**
 * Everything that is wrong with a file's syntax. HashiCorp's parser finds each mistake and says where it is; but what
 * follows an unclosed quote it reads inside out, and of two mistakes it often sees one. So the item with the first mistake
 * is blanked out and the rest judged again. What our reader gave up besides is added: what was not read is never loaded.
 */
export async function findSyntaxErrors(source: Source, reading: Reading, nowMs: () => number): Promise<Refusal[]> {
  if (reading.refused) return reading.gaps.slice(0, maxErrors).map(describeGap)
  const found: Refusal[] = []
  const regions: Span[] = []
  const startedMs = nowMs()
  const { body } = reading
  let { gaps } = reading
  let text = source.text
  for (let round = 0; round < maxRounds; round += 1) {
    const rest = await withoutAccepted(new Source(source.file, text), { items: body.items, gaps })
    const errors = rest === '' ? [] : await judge(new Source(source.file, rest))
    if (round === 0 && errors.length === 0) break
    const isLast = round === maxRounds - 1 || nowMs() - startedMs > maxMs
    const first = errors.find((error) => regionOf(error, reading, source) !== undefined)
    const region = first === undefined ? undefined : regionOf(first, reading, source)
    const firm = errors.filter((error) => isLast || region === undefined || error === first)
    for (const error of firm) if (!found.some(({ start }) => start === error.start)) found.push(error)
    if (region === undefined || isLast) break
    regions.push(region)
    text = blank(text, region)
    gaps = gaps.filter((gap) => gap.region === undefined || !holds(region, gap.region.start))
  }
  return addGaps(source, found, regions, reading.gaps)
}

/** The stretch to leave out so that a mistake is gone: what the reader gave up there, else the attribute it is in. */
function regionOf({ start }: Span, reading: Reading, source: Source): Span | undefined {
  const gap = reading.gaps.find((each) => isAbout(each, start, source))
  return gap?.region ?? findAttribute(reading.body, start)
}

function isAbout({ mistake, region, toEnd }: Gap, offset: number, source: Source): boolean {
  if (region === undefined) return false
  return (
    holds(region, offset) ||
    holds(mistake.span, offset) ||
    (toEnd === true && offset >= region.start && source.text.slice(offset).trim() === '')
  )
}

function holds(span: Span, offset: number): boolean {
  return offset >= span.start && offset <= span.end
}

function findAttribute(body: Body, offset: number): Span | undefined {
  for (const item of body.items) {
    if (!holds(item, offset)) continue
    return item.kind === 'attribute' ? { start: item.start, end: item.end } : findAttribute(item.body, offset)
  }
  return undefined
}

function blank(text: string, { start, end }: Span): string {
  return text.slice(0, start) + blanked(text.slice(start, end)) + text.slice(end)
}

function addGaps(source: Source, found: Refusal[], regions: readonly Span[], gaps: readonly Gap[]): Refusal[] {
  const lineOf = (offset: number): number => source.position(offset).line
  const errors = [...found]
  for (const gap of gaps) {
    // A file of noise has as many gaps as lines.
    if (errors.length > maxErrors) break
    const line = lineOf(gap.mistake.span.start)
    const same = errors.findIndex(({ start }) => lineOf(start) === line || isAbout(gap, start, source))
    const error = errors[same]
    if (error !== undefined) errors[same] = { ...describeGap(gap), ...error, ...suggestionOf(error, gap) }
    else if (!regions.some((region) => holds(region, gap.mistake.span.start))) errors.push(describeGap(gap))
  }
  return errors
}

function suggestionOf(error: Refusal, gap: Gap): { suggestion?: string } {
  const suggestion = error.suggestion ?? gap.mistake.suggestion
  return suggestion === undefined ? {} : { suggestion }
}

function describeGap({ mistake }: Gap): Refusal {
  const { span, message, suggestion } = mistake
  return { ...span, message, ...(suggestion === undefined ? {} : { suggestion }) }
}
