import type { EditRefusal } from '../../../contract/index.ts'
import { Problems } from '../problems.ts'
import type { AttributeType } from '../schema/index.ts'
import type { Attribute, Expression } from '../syntax/ast.ts'
import type { Span } from '../syntax/source.ts'
import { evaluate } from '../values/evaluate.ts'
import { shorten } from '../values/names.ts'
import { looksSecret } from '../values/secrets.ts'
import { isSensitive } from '../values/value.ts'
import { attributeOf, type Home, topBlocks } from './find.ts'
import { isReference } from './plain.ts'
import type { EditFile, Session } from './session.ts'

export const pathText = (path: readonly string[]): string => path.join('.')

type From = EditRefusal['from'][number]

const placeOf = (file: EditFile, span: Span, what: string): From => {
  const { line, column } = file.source.range(span)
  return { what, file: file.name, line, column }
}

/** Why what an expression gives is not written over, with where everything in it comes from. */
export function refuseExpression(
  session: Session,
  { file, template }: Home,
  path: readonly string[],
  expression: Expression,
  type: AttributeType,
  canOverride = true,
): EditRefusal {
  const isSecret = hidesSecret(expression, path, file)
  const written = shorten(file.source.text.slice(expression.start, expression.end).replace(/\s+/g, ' '), 100)
  const shown = isSecret ? 'an expression' : written
  const reference = isReference(expression, type)
  const owners = referencesIn(session, expression)
  const names = owners.map(({ what }) => what)
  const comes = names.length === 0 ? '' : `, which comes from ${names.join(', ')}`
  const here = placeOf(file, expression, pathText(path))
  const how = canOverride ? ', or write a value here in its place' : ''
  const message = reference
    ? `${pathText(path)} is looked up when the service starts: ${shown}. Change that${how}.`
    : `${pathText(path)} is worked out: ${shown}${comes}. Change it there${how}.`
  return {
    path: pathText(path),
    reason: template !== undefined ? 'template' : reference ? 'reference' : 'expression',
    message,
    ...(isSecret ? {} : { written }),
    from: [here, ...owners],
    choices: canOverride ? ['override', 'edit-there'] : ['edit-there'],
  }
}

/** Why what a template gives is not changed from a service. */
export function refuseTemplate(
  { file, template = '' }: Home,
  path: readonly string[],
  attribute: Span,
  canOverride: boolean,
): EditRefusal {
  const place = placeOf(file, attribute, `template "${template}"`)
  const where = `template "${template}" (${place.file}:${place.line})`
  return {
    path: pathText(path),
    reason: 'template',
    message: canOverride
      ? `${pathText(path)} comes from ${where}. Change it there for all that extend it, or write a value here for this service alone.`
      : `${pathText(path)} comes from ${where} and can only be taken away there.`,
    from: [place],
    choices: canOverride ? ['override', 'edit-there'] : ['edit-there'],
  }
}

/** Why nothing is written into a file that is broken. */
export function refuseBroken(file: EditFile): EditRefusal | undefined {
  const [gap] = file.gaps
  if (gap === undefined) return undefined
  const place = placeOf(file, gap.mistake.span, file.name)
  const message = `${file.name} is broken at line ${place.line}, column ${place.column}: ${gap.mistake.message} Mend that first.`
  return { path: '', reason: 'syntax', message, from: [place], choices: ['edit-there'] }
}

export function refuseMask(path: readonly string[]): EditRefusal {
  const message = `${pathText(path)} would become the mask that secrets are shown as. Send the value itself, or leave it out.`
  return { path: pathText(path), reason: 'masked', message, from: [], choices: [] }
}

export function hidesSecret(expression: Expression, path: readonly string[], { scope }: EditFile): boolean {
  const isNamed = path.some(looksSecret)
  return isNamed || isSensitive(evaluate(expression, { ...scope, problems: new Problems() }))
}

/** The variables, locals and variables of the environment that an expression is made of, with where they are declared. */
function referencesIn(session: Session, expression: Expression): From[] {
  const found = new Map<string, From>()
  walk(expression, (node) => {
    if (node.kind !== 'get-attribute' || node.object.kind !== 'variable') return
    const { name: root } = node.object
    if (root !== 'var' && root !== 'local') return
    const what = `${root}.${node.name}`
    const declared = declarationOf(session, root, node.name)
    if (declared !== undefined) found.set(what, placeOf(declared.file, declared.span, what))
  })
  return [...found.values()]
}

function walk(node: unknown, each: (expression: Expression) => void): void {
  if (typeof node !== 'object' || node === null) return
  if ('kind' in node && 'start' in node) each(node as Expression)
  for (const inner of Object.values(node)) walk(inner, each)
}

function declarationOf(
  session: Session,
  root: 'var' | 'local',
  name: string,
): { file: EditFile; span: Span } | undefined {
  for (const file of session.files.toReversed()) {
    for (const block of topBlocks(file.body)) {
      const [label] = block.labels
      if (root === 'var' && block.type === 'variable' && label?.text === name) {
        const value: Attribute | undefined = attributeOf(block.body, 'default')
        return { file, span: value?.value ?? label }
      }
      const local = root === 'local' && block.type === 'locals' ? attributeOf(block.body, name) : undefined
      if (local !== undefined) return { file, span: local.value }
    }
  }
  return undefined
}
