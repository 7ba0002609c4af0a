import type { Binary, Expression, For } from './ast.ts'
import type { Reader } from './reader.ts'
import type { Span } from './source.ts'
import { atTemplate, readTemplate } from './template.ts'

/** How tightly operators bind; all of them group to the left. */
const levels: ReadonlyMap<Binary['operator'], number> = new Map([
  ['||', 1],
  ['&&', 2],
  ['==', 3],
  ['!=', 3],
  ['<=', 4],
  ['>=', 4],
  ['<', 4],
  ['>', 4],
  ['+', 5],
  ['-', 5],
  ['*', 6],
  ['/', 6],
  ['%', 6],
])
const operators = [...levels.keys()]
const operatorStarts = new Set(operators.map((operator) => operator.charCodeAt(0)))

/** @throws {SyntaxMistake} */
export function readExpression(reader: Reader): Expression {
  const condition = readBinary(reader, 1)
  if (!reader.take('?')) return condition
  const then = reader.nested(reader.newlinesCount, () => readExpression(reader))
  reader.expect(':', 'Expected ":" and the value for when the condition is false.')
  const otherwise = reader.nested(reader.newlinesCount, () => readExpression(reader))
  return { kind: 'conditional', condition, then, else: otherwise, start: condition.start, end: otherwise.end }
}

/** Operators that bind at least as tightly as `least`. */
function readBinary(reader: Reader, least: number): Expression {
  let left = readOperand(reader)
  for (let count = 1; ; count += 1) {
    reader.step(count)
    const operator = peekOperator(reader)
    const level = operator === undefined ? 0 : (levels.get(operator) ?? 0)
    if (operator === undefined || level < least) return left
    reader.at += operator.length
    const right = readBinary(reader, level + 1)
    left = { kind: 'binary', operator, left, right, start: left.start, end: right.end }
  }
}

function peekOperator(reader: Reader): Binary['operator'] | undefined {
  reader.skip()
  if (!operatorStarts.has(reader.text.charCodeAt(reader.at)) || reader.peek('//')) return undefined
  return operators.find((operator) => reader.peek(operator))
}

/** A term with what is reached from it: `.name`, `[0]`, `[*]`, `.*`. */
function readOperand(reader: Reader): Expression {
  return readSteps(reader, readTerm(reader))
}

function readSteps(reader: Reader, from: Expression): Expression {
  let expression = from
  for (let count = 1; ; count += 1) {
    reader.step(count)
    reader.skip()
    if (reader.peek('...')) return expression
    if (reader.peek('.')) expression = readDot(reader, expression)
    else if (reader.peek('[')) expression = readBracket(reader, expression)
    else return expression
  }
}

function readDot(reader: Reader, object: Expression): Expression {
  reader.take('.')
  if (!reader.take('*')) return readDotted(reader, object)
  let each: Expression = { kind: 'element', start: reader.at, end: reader.at }
  // After `.*` only names and numbers belong to each element; a bracket takes from the resulting list.
  reader.skip()
  for (let count = 1; reader.peek('.') && !reader.peek('...'); count += 1) {
    reader.step(count)
    reader.take('.')
    each = readDotted(reader, each)
    reader.skip()
  }
  return { kind: 'splat', list: object, each, start: object.start, end: reader.at }
}

function readDotted(reader: Reader, object: Expression): Expression {
  const { start } = object
  const name = reader.identifier()
  if (name !== undefined) {
    return { kind: 'get-attribute', object, name: name.name, nameSpan: name, start, end: name.end }
  }
  const index = readLegacyIndex(reader)
  return { kind: 'index', object, index, start, end: index.end }
}

function readLegacyIndex(reader: Reader): Expression {
  reader.skip()
  const number = reader.number()
  if (number === undefined) throw reader.mistake('An attribute name is required after a dot.')
  if (number.digits.includes('.')) throw reader.mistake('Write indexes in brackets, like [0][1].', number.start)
  return numberLiteral(reader, number)
}

function readBracket(reader: Reader, object: Expression): Expression {
  const { start } = object
  reader.take('[')
  const isSplat = reader.take('*')
  const index = reader.nested(false, () => {
    const inner = isSplat ? undefined : readExpression(reader)
    reader.expect(']', 'Expected "]" after the index.')
    return inner
  })
  if (index !== undefined) return { kind: 'index', object, index, start, end: reader.at }
  // After `[*]`, everything that follows belongs to each element.
  const element: Expression = { kind: 'element', start: reader.at, end: reader.at }
  const each = reader.nested(reader.newlinesCount, () => readSteps(reader, element))
  return { kind: 'splat', list: object, each, start, end: each.end }
}

function readTerm(reader: Reader): Expression {
  reader.skip()
  const start = reader.at
  if (atTemplate(reader)) return readTemplate(reader)
  if (reader.peek('(')) return readParentheses(reader)
  if (reader.peek('[')) return readList(reader)
  if (reader.peek('{')) return readObject(reader)
  if (reader.peek('-') || reader.peek('!')) return readUnary(reader)
  const number = reader.number()
  if (number !== undefined) return numberLiteral(reader, number)
  const word = reader.identifier()
  if (word === undefined) throw reader.mistake('Expected a value here.', start)
  return readWord(reader, word)
}

function numberLiteral(reader: Reader, number: Span & { digits: string }): Expression {
  const value = Number(number.digits)
  if (Number.isNaN(value)) throw reader.mistake('This is not a number.', number.start)
  return { kind: 'literal', value, start: number.start, end: number.end }
}

function readUnary(reader: Reader): Expression {
  const start = reader.at
  const operator = reader.peek('-') ? '-' : '!'
  reader.at += 1
  const operand = reader.nested(reader.newlinesCount, () => readOperand(reader))
  return { kind: 'unary', operator, operand, start, end: operand.end }
}

function readWord(reader: Reader, word: Span & { name: string }): Expression {
  const name = readNamespace(reader, word)
  reader.skip()
  if (reader.peek('(')) return readCall(reader, name)
  if (name.name !== word.name) throw reader.mistake('Expected "(" after the name of a function.')
  const at = span(word.start, word.end)
  if (word.name === 'null') return { ...at, kind: 'literal', value: null }
  if (word.name === 'true' || word.name === 'false') return { ...at, kind: 'literal', value: word.name === 'true' }
  return { ...at, kind: 'variable', name: word.name }
}

function span(start: number, end: number): Span {
  return { start, end }
}

/** `namespace::name`, as providers' functions have it. */
function readNamespace(reader: Reader, first: Span & { name: string }): Span & { name: string } {
  let { name } = first
  for (;;) {
    reader.skip()
    if (!reader.peek('::')) return { name, start: first.start, end: reader.at }
    reader.at += 2
    const next = reader.identifier()
    if (next === undefined) throw reader.mistake('Expected the name of a function after "::".')
    name += `::${next.name}`
  }
}

function readParentheses(reader: Reader): Expression {
  const start = reader.at
  reader.at += 1
  const inner = reader.nested(false, () => {
    const expression = readExpression(reader)
    reader.expect(')', 'Expected ")" here.')
    return expression
  })
  return { kind: 'parentheses', inner, start, end: reader.at }
}

function readCall(reader: Reader, name: Span & { name: string }): Expression {
  const items: Expression[] = []
  let expand = false
  reader.at += 1
  reader.nested(false, () => {
    while (!reader.take(')')) {
      items.push(readExpression(reader))
      if (reader.take('...')) {
        expand = true
        reader.expect(')', 'Expected ")" after "...".')
        return
      }
      if (reader.take(',')) continue
      reader.expect(')', 'Expected "," or ")" here.')
      return
    }
  })
  const nameSpan = span(name.start, name.start + name.name.length)
  return { kind: 'call', name: name.name, nameSpan, arguments: items, expand, start: name.start, end: reader.at }
}

function readList(reader: Reader): Expression {
  const start = reader.at
  reader.at += 1
  return reader.nested(false, () => {
    reader.skip()
    if (reader.peekWord('for')) return readFor(reader, start, ']')
    const items: Expression[] = []
    while (!reader.take(']')) {
      reader.part(items.length)
      items.push(readExpression(reader))
      if (reader.take(',')) continue
      reader.expect(']', 'Expected "," or "]" here.')
      break
    }
    return { kind: 'list', items, start, end: reader.at }
  })
}

function readObject(reader: Reader): Expression {
  const start = reader.at
  reader.at += 1
  const loop = reader.nested(false, () => {
    const before = reader.at
    reader.skip()
    if (reader.peekWord('for')) return readFor(reader, start, '}')
    reader.at = before
    return undefined
  })
  return loop ?? reader.nested(true, () => readEntries(reader, start))
}

function readEntries(reader: Reader, start: number): Expression {
  const entries: { key: Expression; value: Expression }[] = []
  for (;;) {
    skipLines(reader)
    if (reader.take('}')) break
    reader.part(entries.length)
    const key = readExpression(reader)
    if (!reader.take('=') && !reader.take(':')) throw reader.mistake('Expected "=" or ":" after the key.')
    entries.push({ key, value: readExpression(reader) })
    reader.skip()
    if (reader.take('}')) break
    if (!reader.take(',') && (reader.atEnd() || !reader.atLineEnd())) {
      throw reader.mistake('Expected a new line, "," or "}" after the value.')
    }
  }
  return { kind: 'object', entries, start, end: reader.at }
}

function skipLines(reader: Reader): void {
  for (;;) {
    reader.skip()
    if (reader.atEnd()) throw reader.mistake('Expected "}" before the end of the file.')
    if (!reader.atLineEnd()) return
    reader.passLineEnd()
  }
}

function readFor(reader: Reader, start: number, close: ']' | '}'): Expression {
  reader.identifier()
  const first = reader.identifier()
  if (first === undefined) throw reader.mistake('Expected a name after "for".')
  const second = reader.take(',') ? reader.identifier() : undefined
  reader.skip()
  if (!reader.peekWord('in')) throw reader.mistake('Expected "in" and what to go through.')
  reader.identifier()
  const collection = readExpression(reader)
  reader.expect(':', 'Expected ":" after what to go through.')
  const head = readExpression(reader)
  const value = close === '}' ? readForValue(reader) : head
  const group = close === '}' && reader.take('...')
  reader.skip()
  const condition = reader.peekWord('if') ? readForCondition(reader) : undefined
  reader.expect(close, `Expected "${close}" here.`)
  const loop: For = {
    kind: 'for-expression',
    valueName: second?.name ?? first.name,
    collection,
    value,
    group,
    start,
    end: reader.at,
  }
  if (second !== undefined) loop.keyName = first.name
  if (close === '}') loop.key = head
  if (condition !== undefined) loop.condition = condition
  return loop
}

function readForValue(reader: Reader): Expression {
  reader.expect('=>', 'Expected "=>" and the value after the key.')
  return readExpression(reader)
}

function readForCondition(reader: Reader): Expression {
  reader.identifier()
  return readExpression(reader)
}
