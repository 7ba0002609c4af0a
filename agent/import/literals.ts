import { type Expression, type Options, type Pattern, type Program, parse, type SpreadElement } from 'acorn'
import { limits } from './limits.ts'
import { ImportError, lineError } from './types.ts'

/** A file's value cannot be told without running it; `line` is where the code begins. */
export class CodeFound extends Error {
  override name = 'CodeFound'
  readonly line: number | undefined
  constructor(line: number | undefined) {
    super('It is code.')
    this.line = line
  }
}

const common: Options = {
  ecmaVersion: 'latest',
  locations: true,
  allowReturnOutsideFunction: true,
  allowHashBang: true,
}

/**
 * What `module.exports = …` or `export default …` sets, or the JSON that the whole text is (with comments, as PM2 takes it):
 * read as plain data. Constants with plain values may be named; anything else is code. Runs nothing.
 * @throws {ImportError} when it is not JavaScript; {CodeFound} when it is more than data
 */
export function readLiterals(text: string, folder: string): unknown {
  if (/[[{(]{200}/.test(text.replace(/\s+/g, '')))
    throw new ImportError(`It is nested more than ${limits.yamlDepth} levels deep.`)
  const asJson = /^\s*(?:\/\*[\s\S]*?\*\/\s*|\/\/.*\n\s*)*[{[]/.test(text)
  const program = parseScript(asJson ? `(${text}\n)` : text)
  const constants = new Map<string, unknown>([['__dirname', folder]])
  let exported: { value: unknown } | undefined
  for (const statement of program.body) {
    if (statement.type === 'VariableDeclaration') {
      for (const { id, init } of statement.declarations)
        if (id.type === 'Identifier' && init) note(constants, id.name, init)
    } else if (statement.type === 'ExportDefaultDeclaration') {
      exported = { value: literalOf(statement.declaration as Expression, constants, 0) }
    } else if (statement.type === 'ExpressionStatement') {
      const { expression } = statement
      if (asJson) return literalOf(expression, constants, 0)
      if (expression.type === 'Literal') continue
      const name = expression.type === 'AssignmentExpression' ? exportName(expression.left) : undefined
      if (expression.type !== 'AssignmentExpression' || name === undefined)
        throw new CodeFound(statement.loc?.start.line)
      const value = literalOf(expression.right, constants, 0)
      if (name === '') exported = { value }
      else exported = { value: Object.assign(Object.create(null), exported?.value, { [name]: value }) }
    } else if (statement.type !== 'ImportDeclaration') throw new CodeFound(statement.loc?.start.line)
  }
  return exported?.value
}

function parseScript(text: string): Program {
  try {
    return parse(text, { ...common, sourceType: /^\s*(?:export|import)\b/m.test(text) ? 'module' : 'script' })
  } catch (error) {
    if (error instanceof SyntaxError)
      throw lineError(`It cannot be read as JavaScript: ${error.message.replace(/ \(\d+:\d+\)$/, '')}.`, error)
    if (error instanceof RangeError) throw new ImportError('It is nested too deeply.')
    throw error
  }
}

/** A constant that is code matters only where it is used. */
function note(constants: Map<string, unknown>, name: string, init: Expression): void {
  try {
    constants.set(name, literalOf(init, constants, 0))
  } catch (error) {
    if (!(error instanceof CodeFound)) throw error
  }
}

/** The empty text for `module.exports`, a name for `exports.name`. */
function exportName(left: Pattern | Expression): string | undefined {
  if (left.type !== 'MemberExpression' || left.computed || left.property.type !== 'Identifier') return undefined
  const { object, property } = left
  if (object.type === 'Identifier' && object.name === 'module' && property.name === 'exports') return ''
  if (object.type === 'Identifier' && object.name === 'exports') return property.name
  return object.type === 'MemberExpression' && exportName(object) === '' ? property.name : undefined
}

function literalOf(node: Expression | SpreadElement, constants: ReadonlyMap<string, unknown>, depth: number): unknown {
  const code = (): CodeFound => new CodeFound(node.loc?.start.line)
  if (depth > limits.yamlDepth) throw new ImportError(`It is nested more than ${limits.yamlDepth} levels deep.`)
  const inner = (child: Expression | SpreadElement): unknown => literalOf(child, constants, depth + 1)
  switch (node.type) {
    case 'Literal':
      if (node.value instanceof RegExp || typeof node.value === 'bigint') throw code()
      return node.value
    case 'TemplateLiteral':
      return node.quasis
        .map((quasi, index) => {
          const expression = node.expressions[index]
          return (quasi.value.cooked ?? '') + (expression === undefined ? '' : primitive(inner(expression), code))
        })
        .join('')
    case 'UnaryExpression': {
      const value = inner(node.argument)
      if (node.operator === '-' && typeof value === 'number') return -value
      if (node.operator === '!') return !value
      throw code()
    }
    case 'BinaryExpression': {
      if (node.operator !== '+' || node.left.type === 'PrivateIdentifier') throw code()
      const [left, right] = [inner(node.left), inner(node.right)]
      if (typeof left === 'string' || typeof right === 'string') return primitive(left, code) + primitive(right, code)
      if (typeof left === 'number' && typeof right === 'number') return left + right
      throw code()
    }
    case 'Identifier':
      if (node.name === 'undefined') return undefined
      if (!constants.has(node.name)) throw code()
      return constants.get(node.name)
    case 'ArrayExpression':
      return node.elements.map((element) => {
        if (element === null || element.type === 'SpreadElement') throw code()
        return inner(element)
      })
    case 'ObjectExpression': {
      const copy: Record<string, unknown> = Object.create(null)
      for (const property of node.properties) {
        if (property.type === 'SpreadElement') {
          Object.assign(copy, inner(property.argument))
          continue
        }
        if (property.kind !== 'init' || property.method) throw code()
        const { key } = property
        const name = !property.computed && key.type === 'Identifier' ? key.name : inner(key as Expression)
        copy[String(name)] = inner(property.value)
      }
      return copy
    }
    default:
      throw code()
  }
}

function primitive(value: unknown, code: () => CodeFound): string {
  if (typeof value === 'object' && value !== null) throw code()
  return String(value)
}
