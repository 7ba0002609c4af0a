import type { LateReference } from '../model.ts'
import type { Template, TemplateFor, TemplateIf, TemplatePart } from '../syntax/ast.ts'
import { asBool, asText } from './convert.ts'
import { roundsOf } from './loops.ts'
import { type Evaluate, placeOf, type Scope, tooMuch } from './scope.ts'
import { isSensitive, type Value } from './value.ts'

/** The longest text that a template may come to, in characters. */
const maxText = 4 * 2 ** 20

type Piece = string | LateReference

interface Output {
  pieces: Piece[]
  length: number
  sensitive: boolean
}

/** A quoted string or a heredoc. One that is a single interpolation is that value itself, not its text. */
export function evaluateTemplate(template: Template, scope: Scope, evaluate: Evaluate): Value {
  const place = placeOf(scope, template)
  const [only] = template.parts
  if (only === undefined) return { kind: 'text', parts: [], place }
  if (template.parts.length === 1) {
    if (only.kind === 'interpolation') return { ...evaluate(only.expression, scope), place }
    if (only.kind === 'text') return { kind: 'text', parts: [only.text], place, written: only }
  }
  const output: Output = { pieces: [], length: 0, sensitive: false }
  if (!render(template.parts, scope, evaluate, output)) return { kind: 'wrong', place }
  if (output.length > maxText) return tooMuch(template, scope)
  const text: Value = { kind: 'text', parts: joined(output.pieces), place }
  return output.sensitive ? { ...text, sensitive: true } : text
}

/** Texts that follow one another are one. */
function joined(pieces: readonly Piece[]): Piece[] {
  const parts: Piece[] = []
  for (const piece of pieces) {
    const last = parts.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') parts[parts.length - 1] = last + piece
    else parts.push(piece)
  }
  return parts
}

/** Adds what the parts come to; false when something in them is wrong, after all of them have been looked at. */
function render(parts: readonly TemplatePart[], scope: Scope, evaluate: Evaluate, output: Output): boolean {
  let isRight = true
  for (const part of parts) {
    if (output.length > maxText) return true
    const isPartRight = renderPart(part, scope, evaluate, output)
    isRight &&= isPartRight
  }
  return isRight
}

function renderPart(part: TemplatePart, scope: Scope, evaluate: Evaluate, output: Output): boolean {
  switch (part.kind) {
    case 'text':
      add(output, [part.text])
      return true
    case 'interpolation': {
      const value = evaluate(part.expression, scope)
      if (isSensitive(value)) output.sensitive = true
      if (value.kind === 'text') {
        add(output, value.parts)
        return true
      }
      const text = asText(value, scope, part.expression, 'What stands inside a text')
      if (text === undefined) return false
      add(output, text.parts)
      return true
    }
    case 'if':
      return renderIf(part, scope, evaluate, output)
    case 'for':
      return renderFor(part, scope, evaluate, output)
  }
}

function add(output: Output, pieces: readonly Piece[]): void {
  for (const piece of pieces) {
    output.pieces.push(piece)
    output.length +=
      typeof piece === 'string' ? piece.length : piece.from === 'file' ? piece.path.length : piece.name.length
  }
}

function renderIf(part: TemplateIf, scope: Scope, evaluate: Evaluate, output: Output): boolean {
  const condition = asBool(evaluate(part.condition, scope), scope, part.condition, 'The condition of "if"')
  if (condition === undefined) return false
  if (condition.sensitive === true) output.sensitive = true
  return render(condition.bool ? part.then : part.else, scope, evaluate, output)
}

function renderFor(part: TemplateFor, scope: Scope, evaluate: Evaluate, output: Output): boolean {
  const loop = roundsOf({ keyName: part.key, valueName: part.value, collection: part.collection }, scope, evaluate)
  if (loop === undefined) return false
  if (isSensitive(loop.collection)) output.sensitive = true
  for (const round of loop.rounds) if (!render(part.body, round, evaluate, output)) return false
  return true
}
