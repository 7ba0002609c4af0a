import { isAlias, isCollection, isPair, LineCounter, type Node, parseDocument } from 'yaml'
import { limits } from './limits.ts'
import { ImportError } from './types.ts'

export interface YamlFile {
  /** Maps have no prototype. */
  value: unknown
  /** The line of a value, by the keys and indexes that lead to it; of the nearest one above where there is none. */
  line(path: readonly (string | number)[]): number | undefined
}

/** One YAML document as plain data, within bounds. @throws {ImportError} */
export function readYaml(text: string): YamlFile {
  // Before the parser, whose stack such a file would use up.
  if (bracketDepth(text) > limits.yamlDepth || /^[ ]*(?:[-?] +){40}/m.test(text)) throw tooDeep()
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    uniqueKeys: true,
    logLevel: 'silent',
    strict: true,
  })
  const [error] = document.errors
  if (error) throw new ImportError(firstLine(error.message), error.linePos?.[0].line)
  const tag = document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED')
  if (tag) throw new ImportError(`It uses a tag of its own: ${firstLine(tag.message)}`, tag.linePos?.[0].line)
  checkSize(document.contents, 0, { nodes: 0 })
  return {
    value: toPlain(() => document.toJS({ maxAliasCount: limits.yamlAliases })),
    line(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const node = document.getIn(path.slice(0, length), true) as Node | undefined
        const offset = typeof node === 'object' ? node?.range?.[0] : undefined
        if (offset !== undefined) return lines.linePos(offset).line
      }
      return undefined
    },
  }
}

const firstLine = (message: string): string =>
  message
    .split('\n', 1)[0]
    ?.replace(/ at line \d+.*$/, '.')
    .slice(0, 200) ?? ''

const tooDeep = (): ImportError => new ImportError(`It is nested more than ${limits.yamlDepth} levels deep.`)

function bracketDepth(text: string): number {
  let depth = 0
  let deepest = 0
  for (const sign of text) {
    if (sign === '[' || sign === '{') depth += 1
    else if (sign === ']' || sign === '}') depth = Math.max(0, depth - 1)
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

function checkSize(node: unknown, depth: number, count: { nodes: number }): void {
  count.nodes += 1
  if (count.nodes > limits.yamlNodes)
    throw new ImportError(`It has more than ${limits.yamlNodes.toLocaleString('en')} values.`)
  if (depth > limits.yamlDepth) throw tooDeep()
  if (isPair(node)) {
    checkSize(node.key, depth, count)
    checkSize(node.value, depth, count)
  } else if (isCollection(node)) {
    for (const item of node.items) checkSize(item, depth + 1, count)
  } else if (isAlias(node)) count.nodes += 1
}

function toPlain(read: () => unknown): unknown {
  let value: unknown
  try {
    value = read()
  } catch (error) {
    if (error instanceof ReferenceError) {
      throw new ImportError('Its aliases stand for far more than is written; such a file is not read.')
    }
    throw error
  }
  return bare(value, { nodes: 0 }, 0)
}

/** A copy without prototypes, so that `__proto__` is a name like any other; counted, since aliases share what they stand for. */
function bare(value: unknown, count: { nodes: number }, depth: number): unknown {
  count.nodes += 1
  if (count.nodes > limits.yamlNodes || depth > limits.yamlDepth * 2) {
    throw new ImportError('Its aliases stand for far more than is written; such a file is not read.')
  }
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => bare(item, count, depth + 1))
  const copy: Record<string, unknown> = Object.create(null)
  for (const [name, item] of Object.entries(value)) copy[name] = bare(item, count, depth + 1)
  return copy
}
