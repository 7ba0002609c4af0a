import type { Expression, TemplatePart } from '../syntax/ast.ts'

const noNames: ReadonlySet<string> = new Set()

/** Calls `each` for an expression and for all within it, with the names of the loops around. */
export function visit(
  expression: Expression,
  each: (expression: Expression, shadowed: ReadonlySet<string>) => void,
  shadowed = noNames,
): void {
  each(expression, shadowed)
  if (expression.kind === 'template') {
    for (const part of expression.parts) visitPart(part, each, shadowed)
    return
  }
  if (expression.kind === 'for-expression') {
    visit(expression.collection, each, shadowed)
    const names = [expression.keyName, expression.valueName].filter((name) => name !== undefined)
    const inner = new Set([...shadowed, ...names])
    for (const part of [expression.key, expression.value, expression.condition]) {
      if (part !== undefined) visit(part, each, inner)
    }
    return
  }
  for (const inner of children(expression)) visit(inner, each, shadowed)
}

function visitPart(
  part: TemplatePart,
  each: (expression: Expression, shadowed: ReadonlySet<string>) => void,
  shadowed: ReadonlySet<string>,
): void {
  switch (part.kind) {
    case 'text':
      return
    case 'interpolation':
      visit(part.expression, each, shadowed)
      return
    case 'if':
      visit(part.condition, each, shadowed)
      for (const inner of [...part.then, ...part.else]) visitPart(inner, each, shadowed)
      return
    case 'for': {
      visit(part.collection, each, shadowed)
      const names = [part.key, part.value].filter((name) => name !== undefined)
      for (const inner of part.body) visitPart(inner, each, new Set([...shadowed, ...names]))
    }
  }
}

/** What an expression is directly made of, but for templates and loops, which have names or texts of their own. */
export function children(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'list':
      return expression.items
    case 'object':
      return expression.entries.flatMap(({ key, value }) => (key.kind === 'variable' ? [value] : [key, value]))
    case 'get-attribute':
      return [expression.object]
    case 'index':
      return [expression.object, expression.index]
    case 'splat':
      return [expression.list, expression.each]
    case 'call':
      return expression.arguments
    case 'conditional':
      return [expression.condition, expression.then, expression.else]
    case 'unary':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'parentheses':
      return [expression.inner]
    default:
      return []
  }
}
