import { resolve } from 'node:path'
import type { Diagnostic } from '../../contract/index.ts'
import { readVariableFiles, reportSyntax } from './files/collect.ts'
import { openView } from './files/disk.ts'
import { textReader } from './files/text.ts'
import { toJson } from './functions/json.ts'
import { type LoadOptions, openConfiguration } from './load.ts'
import { Problems } from './problems.ts'
import { ConfigurationGlobals } from './settings/globals.ts'
import type { Body } from './syntax/ast.ts'
import { readFile } from './syntax/body.ts'
import { Source } from './syntax/source.ts'
import { knownText } from './values/convert.ts'
import { evaluate } from './values/evaluate.ts'
import { Budget, noNames, type Scope } from './values/scope.ts'
import { mask } from './values/secrets.ts'
import type { Value } from './values/value.ts'

/** What an expression or a file comes to; without a value where it has a mistake. */
export interface Evaluation {
  value?: unknown
  diagnostics: Diagnostic[]
}

/** Evaluates an expression as if it stood in the configuration: with its variables, its locals and the environment. */
export async function evaluateText(text: string, options: LoadOptions): Promise<Evaluation> {
  const problems = new Problems()
  const { globals, view, names } = await openConfiguration(options, problems)
  // The line end is the file's, not the person's; a mistake at the end of the text still stands in it.
  const source = new Source('expression', `value = ${text}\n`)
  const reading = readFile(source)
  await reportSyntax(source, reading, problems)
  const [item] = reading.body.items
  const readText = textReader(resolve(names[0] ?? 'expression'), view)
  const scope: Scope = { source, problems, env: options.env, names: noNames, budget: new Budget(), globals, readText }
  const value = item?.kind === 'attribute' ? shown(evaluate(item.value, scope), scope) : undefined
  return answer(value, problems, names)
}

/** Evaluates every attribute of any HCL file; blocks are objects, one for each label. */
export async function evaluateFile(path: string, env: LoadOptions['env']): Promise<Evaluation> {
  const problems = new Problems()
  const [file] = await readVariableFiles([path], problems)
  if (file === undefined) return answer(undefined, problems, [path])
  const { source, body } = file
  const readText = textReader(resolve(path), openView([path], {}))
  const scope: Omit<Scope, 'globals'> = { source, problems, env, names: noNames, budget: new Budget(), readText }
  const globals = new ConfigurationGlobals([[{ body, scope }]], new Map(), problems)
  return answer(bodyOf(body, { ...scope, globals }), problems, [path])
}

function answer(value: unknown, problems: Problems, files: readonly string[]): Evaluation {
  const diagnostics = problems.sorted(files)
  return problems.hasErrors ? { diagnostics } : { value, diagnostics }
}

function bodyOf(body: Body, scope: Scope): Record<string, unknown> {
  const object: Record<string, unknown> = Object.create(null)
  for (const item of body.items) {
    if (item.kind === 'attribute') {
      object[item.name] = shown(evaluate(item.value, scope), scope)
      continue
    }
    const path = [item.type, ...item.labels.map(({ text }) => text)]
    const last = path.pop() ?? item.type
    merge(path.reduce(inner, object), last, bodyOf(item.body, scope))
  }
  return object
}

function inner(object: Record<string, unknown>, name: string): Record<string, unknown> {
  const known = object[name]
  if (typeof known === 'object' && known !== null && !Array.isArray(known)) return known as Record<string, unknown>
  const made: Record<string, unknown> = Object.create(null)
  object[name] = made
  return made
}

/** A block that stands several times is a list of objects. */
function merge(object: Record<string, unknown>, name: string, value: Record<string, unknown>): void {
  const known = object[name]
  if (known === undefined) object[name] = value
  else object[name] = Array.isArray(known) ? [...known, value] : [known, value]
}

/** As JSON, environment variables looked up and what is sensitive masked. */
function shown(value: Value, scope: Scope): unknown {
  if (value.sensitive === true) return mask
  if (value.kind === 'list') return value.items.map((item) => shown(item, scope))
  if (value.kind === 'map') {
    const object: Record<string, unknown> = Object.create(null)
    for (const [key, entry] of value.entries) object[key] = shown(entry.value, scope)
    return object
  }
  if (value.kind !== 'text' || value.parts.every((part) => typeof part === 'string')) return toJson(value)
  const known = knownText(value, scope)
  if (known === undefined) return null
  return known.sensitive === true ? mask : toJson(known)
}
