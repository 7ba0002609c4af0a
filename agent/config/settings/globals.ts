import { didYouMean, type Place, type Problem, type Problems } from '../problems.ts'
import type { Block, Body, Expression } from '../syntax/ast.ts'
import { Source, type Span } from '../syntax/source.ts'
import { numberText, textNumber } from '../values/convert.ts'
import { evaluate } from '../values/evaluate.ts'
import { shorten } from '../values/names.ts'
import type { GlobalKind, Globals, Scope } from '../values/scope.ts'
import { nameKind, type Value } from '../values/value.ts'
import { evaluateWritten } from './written.ts'

/** A file, or a part of one, with what evaluating in it needs, but for the globals themselves. */
export interface GlobalPart {
  body: Body
  scope: Omit<Scope, 'globals'>
}

/** A variable's value from outside the files, and what to call the place that it came from. */
export interface GivenVariable {
  text: string
  by: string
}

interface Written {
  expression: Expression
  scope: Omit<Scope, 'globals'>
}

interface Declared {
  kind: GlobalKind
  name: string
  place: Place
  /** The value of a local, the default of a variable. */
  value?: Written
  type?: Written
  sensitive?: Written
}

type VariableType = 'string' | 'number' | 'bool' | 'list' | 'map' | 'any'

/**
 * `var.NAME` and `local.NAME` of a whole configuration, each worked out when it is first asked for, so that files and
 * locals may refer to one another in any order. Later files override earlier ones.
 */
export class ConfigurationGlobals implements Globals {
  private readonly declared: Record<GlobalKind, Map<string, Declared>> = { var: new Map(), local: new Map() }
  private readonly values = new Map<Declared, Value>()
  private readonly used = new Set<Declared>()
  private readonly underWay: Declared[] = []
  private readonly sensitive: string[] = []
  private readonly given: ReadonlyMap<string, GivenVariable>
  private readonly problems: Problems

  constructor(
    files: readonly (readonly GlobalPart[])[],
    given: ReadonlyMap<string, GivenVariable>,
    problems: Problems,
  ) {
    this.given = given
    this.problems = problems
    for (const file of files) this.declare(file)
  }

  find(kind: GlobalKind, name: string): Value | undefined {
    const declared = this.declared[kind].get(name)
    if (declared === undefined) return undefined
    this.used.add(declared)
    return this.valueOf(declared)
  }

  known(kind: GlobalKind): string[] {
    return [...this.declared[kind].keys()]
  }

  /** What a variable or a local is worth and what says so, for a person who looks at it. */
  describe(kind: GlobalKind, name: string): { value: Value; place: Place; by?: string } | undefined {
    const declared = this.declared[kind].get(name)
    if (declared === undefined) return undefined
    const given = kind === 'var' ? this.given.get(name) : undefined
    const value = this.valueOf(declared)
    if (given !== undefined) return { value, place: declared.place, by: given.by }
    const { expression, scope } = declared.value ?? {}
    const { place } = declared
    return { value, place: expression && scope ? { source: scope.source, ...spanOf(expression) } : place }
  }

  /** Works out what nobody asked for, so that its mistakes show as well; tells what is unused, and what was given for nothing. */
  finish(): void {
    const all = [...this.declared.var.values(), ...this.declared.local.values()]
    // A variable that nobody uses needs no value.
    for (const declared of all) if (declared.value !== undefined) this.valueOf(declared)
    for (const declared of all) if (!this.used.has(declared)) this.tellUnused(declared)
    for (const [name, { by }] of this.given) {
      if (this.declared.var.has(name)) continue
      const problem: Problem = {
        code: 'unknown-variable',
        message: `There is no variable "${shorten(name)}" that ${by} could set.`,
        expected: `a variable of the configuration`,
        ...didYouMean(name, this.known('var')),
      }
      // What it says is not quoted: nobody declares whether it is a secret, and of the environment much is.
      const place = { source: new Source(by, ''), start: 0, end: 0 }
      if (by.startsWith('HXE_VAR_')) this.problems.warning(place, problem)
      else this.problems.error(place, problem)
    }
  }

  /** The texts of the sensitive variables that were worked out: no message may quote one. */
  secrets(): readonly string[] {
    return this.sensitive
  }

  private tellUnused(declared: Declared): void {
    this.problems.warning(declared.place, {
      code: 'unused',
      message:
        declared.kind === 'var'
          ? `The variable "${declared.name}" is not used.`
          : `The local value "${declared.name}" is not used.`,
      suggestion: `Use it as ${declared.kind}.${declared.name}, or remove it.`,
    })
  }

  private declare(file: readonly GlobalPart[]): void {
    const own = new Map<string, Place>()
    for (const part of file) {
      for (const item of part.body.items) {
        if (item.kind !== 'block') continue
        if (item.type === 'variable') this.declareVariable(item, part)
        if (item.type === 'locals') this.declareLocals(item, part, own)
      }
    }
  }

  private declareVariable(block: Block, { scope }: GlobalPart): void {
    const [label] = block.labels
    if (label === undefined) return
    const earlier = this.declared.var.get(label.text)
    const variable: Declared = {
      ...earlier,
      kind: 'var',
      name: label.text,
      place: earlier?.place ?? { source: scope.source, start: label.start, end: label.end },
    }
    for (const item of block.body.items) {
      if (item.kind !== 'attribute') continue
      const written = { expression: item.value, scope }
      if (item.name === 'default') variable.value = written
      if (item.name === 'type') variable.type = written
      if (item.name === 'sensitive') variable.sensitive = written
    }
    this.declared.var.set(label.text, variable)
  }

  private declareLocals(block: Block, { scope }: GlobalPart, own: Map<string, Place>): void {
    for (const item of block.body.items) {
      if (item.kind !== 'attribute') continue
      const place = { source: scope.source, start: item.nameSpan.start, end: item.nameSpan.end }
      const first = own.get(item.name)
      if (first !== undefined) {
        const { line } = first.source.position(first.start)
        this.problems.error(place, {
          code: 'duplicate-local',
          message: `The local value "${item.name}" stands twice in this file; the first is on line ${line}.`,
          expected: 'another name',
        })
        continue
      }
      own.set(item.name, place)
      const earlier = this.declared.local.get(item.name)
      this.declared.local.set(item.name, {
        kind: 'local',
        name: item.name,
        place: earlier?.place ?? place,
        value: { expression: item.value, scope },
      })
    }
  }

  private valueOf(declared: Declared): Value {
    const known = this.values.get(declared)
    if (known !== undefined) return known
    if (this.underWay.includes(declared)) return this.refuseCycle(declared)
    this.underWay.push(declared)
    const value = declared.kind === 'local' ? this.work(declared.value, declared) : this.variableOf(declared)
    this.underWay.pop()
    this.values.set(declared, value)
    return value
  }

  private refuseCycle(declared: Declared): Value {
    const from = this.underWay.indexOf(declared)
    const names = [...this.underWay.slice(from), declared].map(({ kind, name }) => `${kind}.${name}`)
    this.problems.error(declared.place, {
      code: 'value-cycle',
      message: `These values depend on one another in a circle: ${names.join(' → ')}.`,
      expected: 'values that do not lead back to themselves',
    })
    return { kind: 'wrong', place: declared.place }
  }

  private work(written: Written | undefined, { place }: Declared): Value {
    if (written === undefined) return { kind: 'wrong', place }
    return evaluate(written.expression, { ...written.scope, globals: this })
  }

  private variableOf(declared: Declared): Value {
    const given = this.given.get(declared.name)
    const type = this.typeOf(declared)
    const value = given === undefined ? this.defaultOf(declared) : readGiven(given, type, this.problems)
    const checked = this.checkType(declared, value, type)
    const sensitive = declared.sensitive && this.work(declared.sensitive, declared)
    if (sensitive?.kind !== 'bool' || !sensitive.bool) return checked
    // One of the wrong type is as secret.
    this.sensitive.push(...textsOf(value))
    return { ...checked, sensitive: true }
  }

  private defaultOf(declared: Declared): Value {
    if (declared.value !== undefined) return this.work(declared.value, declared)
    this.problems.error(declared.place, {
      code: 'variable-missing',
      message: `The variable "${declared.name}" has no value.`,
      expected: `a value from --var ${declared.name}=…, a --var-file, HXE_VAR_${declared.name}, or a default`,
    })
    return { kind: 'wrong', place: declared.place }
  }

  private typeOf(declared: Declared): VariableType {
    const type = declared.type && this.work(declared.type, declared)
    const word = type?.kind === 'text' ? type.parts.join('') : 'any'
    // A type that there is not has been told where the block is checked.
    return isVariableType(word) ? word : 'any'
  }

  private checkType(declared: Declared, value: Value, type: VariableType): Value {
    if (value.kind === 'wrong' || value.kind === 'null' || type === 'any') return value
    const wanted = type === 'string' ? 'text' : type
    if (value.kind === wanted) return value
    if (wanted === 'text' && value.kind === 'number')
      return { kind: 'text', parts: [numberText(value.number)], place: value.place }
    if (wanted === 'text' && value.kind === 'bool')
      return { kind: 'text', parts: [String(value.bool)], place: value.place }
    this.problems.error(value.place, {
      code: 'wrong-type',
      message: `The variable "${declared.name}" is declared as ${type}, and this is ${nameKind(value)}.`,
      expected: `a ${type}`,
    })
    return { kind: 'wrong', place: value.place }
  }
}

function textsOf(value: Value): string[] {
  if (value.kind === 'text') return value.parts.filter((part) => typeof part === 'string')
  if (value.kind === 'number') return [numberText(value.number)]
  if (value.kind === 'list') return value.items.flatMap(textsOf)
  return value.kind === 'map' ? [...value.entries.values()].flatMap((entry) => textsOf(entry.value)) : []
}

function spanOf({ start, end }: Expression): Span {
  return { start, end }
}

const variableTypes: readonly string[] = ['string', 'number', 'bool', 'list', 'map', 'any']

function isVariableType(word: string): word is VariableType {
  return variableTypes.includes(word)
}

/** A value from a command line or the environment: text as it stands where the variable is a text, else the HCL that it is. */
function readGiven({ text, by }: GivenVariable, type: VariableType, problems: Problems): Value {
  const place = { source: new Source(by, text), start: 0, end: text.length }
  const asText: Value = { kind: 'text', parts: [text], place }
  if (type === 'string') return asText
  const isStructure = /^\s*[[{]/.test(text)
  if (type === 'number') {
    const number = textNumber(text.trim())
    return number === undefined ? asText : { kind: 'number', number, place }
  }
  if (type === 'bool' || !isStructure) {
    const word = text.trim()
    if (word === 'true' || word === 'false') return { kind: 'bool', bool: word === 'true', place }
    const number = type === 'any' ? textNumber(word) : undefined
    return number === undefined ? asText : { kind: 'number', number, place }
  }
  // What is not HCL is judged as a text by the variable's type.
  return evaluateWritten(text, place, problems) ?? asText
}
