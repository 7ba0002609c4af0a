import type { Place, Problems } from '../problems.ts'
import { readExpression } from '../syntax/expression.ts'
import { Reader, SyntaxMistake } from '../syntax/reader.ts'
import { evaluate } from '../values/evaluate.ts'
import { alone } from '../values/scope.ts'
import type { Value } from '../values/value.ts'

/** The value of a text from outside the files, read as the HCL that it is; undefined where it is none. */
export function evaluateWritten(text: string, place: Place, problems: Problems): Value | undefined {
  try {
    const reader = new Reader(text)
    const expression = readExpression(reader)
    reader.skip()
    return reader.atEnd() ? evaluate(expression, alone(place.source, problems)) : undefined
  } catch (error) {
    if (!(error instanceof SyntaxMistake)) throw error
    // It is a text then, and whoever asked judges it as one.
    return undefined
  }
}
