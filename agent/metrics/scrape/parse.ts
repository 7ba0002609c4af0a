/** A sample of the text format that Prometheus reads, 0.0.4 or OpenMetrics. */
export interface Sample {
  name: string
  labels: Readonly<Record<string, string>>
  value: number
}

export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped'

export interface Parsed {
  samples: Sample[]
  /** By the name that TYPE gives. */
  types: ReadonlyMap<string, FamilyType>
  /** The first line that is none of the format, and its text; the rest is read all the same. */
  wrong?: { line: number; text: string }
  /** There were more samples than are read. */
  isCut: boolean
}

const mostSamples = 20_000
const mostLabels = 40
const longestText = 1_000
const families: readonly string[] = ['counter', 'gauge', 'histogram', 'summary', 'untyped']

const head = /^([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]*/
const pair = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(,|(?=\}))/y
const number = /^[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)$/i

/** Reads what an endpoint answers. Pure; a wrong line costs that line. */
export function parseExposition(text: string): Parsed {
  const samples: Sample[] = []
  const types = new Map<string, FamilyType>()
  let wrong: Parsed['wrong']
  let isCut = false
  for (const [index, whole] of text.split('\n').entries()) {
    const line = whole.trim()
    if (line === '') continue
    if (line.startsWith('#')) {
      const [, keyword, name = '', type = ''] = line.split(/\s+/)
      if (keyword === 'TYPE') types.set(name, families.includes(type) ? (type as FamilyType) : 'untyped')
      continue
    }
    if (samples.length >= mostSamples) {
      isCut = true
      break
    }
    const sample = parseLine(line)
    if (sample) samples.push(sample)
    else wrong ??= { line: index + 1, text: line.slice(0, 120) }
  }
  return { samples, types, isCut, ...(wrong ? { wrong } : {}) }
}

function parseLine(line: string): Sample | undefined {
  const [begin, name] = head.exec(line) ?? []
  if (begin === undefined || name === undefined) return undefined
  let at = begin.length
  const labels: Record<string, string> = Object.create(null)
  if (line[at] === '{') {
    const end = readLabels(line, at + 1, labels)
    if (end === undefined) return undefined
    at = end
  }
  // What follows the value is when it was measured, which is now, or an exemplar.
  const [value = ''] = line.slice(at).trim().split(/\s+/)
  return number.test(value) ? { name, labels, value: numberOf(value) } : undefined
}

/** Gives where the labels end. */
function readLabels(line: string, from: number, labels: Record<string, string>): number | undefined {
  let at = from
  for (let count = 0; count <= mostLabels; count++) {
    const rest = /[ \t]*\}/y
    rest.lastIndex = at
    if (rest.test(line)) return rest.lastIndex
    pair.lastIndex = at
    const [, name, value] = pair.exec(line) ?? []
    if (name === undefined || value === undefined || value.length > longestText) return undefined
    labels[name] = value.replace(/\\(.)/g, (_, each: string) => (each === 'n' ? '\n' : each))
    at = pair.lastIndex
  }
  return undefined
}

function numberOf(text: string): number {
  const lower = text.toLowerCase()
  if (lower.endsWith('nan')) return Number.NaN
  if (lower.includes('inf')) return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(text)
}
