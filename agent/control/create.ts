import type { Draft, NewService, Service } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import type { Values } from '../import/index.ts'
import type { Engine } from './engine.ts'
import { getService } from './present.ts'
import { judge, type Target, targetOf, writeAndLoad } from './write.ts'

interface Planned {
  target: Target
  hcl: string
  /** The whole file with the service at its end. */
  text: string
  /** The line, from 1, on which the service begins. */
  firstLine: number
}

/** Writes a new service at the end of its file, everything before it byte for byte the same, and loads it. */
export async function createService(engine: Engine, input: NewService, caller: Caller): Promise<Service> {
  const { target, text } = await plan(engine, input)
  if (engine.specs.has(input.name)) {
    throw new CoreError('CONFLICT', `There is a service "${input.name}" already. Give this one another name.`, {
      reason: 'name-taken',
    })
  }
  await writeAndLoad(engine, target, { text, why: `Service ${input.name} added` }, caller)
  return getService(engine, input.name)
}

/** What would be written, and everything that is wrong with it. */
export async function draftService(engine: Engine, input: NewService): Promise<Draft> {
  const { target, hcl, text, firstLine } = await plan(engine, input)
  const lines = hcl.split('\n')
  const errors: Draft['errors'] = (await judge(engine, target, text))
    .filter(({ file, line }) => file === target.path && line >= firstLine)
    .map((found) => {
      const line = found.line - firstLine + 1
      const attribute = attributeAt(lines, line)
      const endLine = found.endLine - firstLine + 1
      return { ...found, line, endLine, ...(attribute === undefined ? {} : { attribute }) }
    })
  if (engine.specs.has(input.name)) {
    const message = `There is a service "${input.name}" already.`
    const place = { file: target.path, line: 1, column: 9, endLine: 1, endColumn: 11 + input.name.length }
    errors.unshift({
      severity: 'error',
      code: 'name-taken',
      message,
      suggestion: 'Give this one another name.',
      attribute: 'name',
      ...place,
    })
  }
  return { hcl, file: target.path, errors }
}

/** The outermost attribute or block that a line belongs to. */
function attributeAt(lines: readonly string[], line: number): string | undefined {
  if (line <= 1) return 'name'
  for (let at = line - 1; at > 0; at -= 1) {
    const name = /^ {2}([a-z_]+)/.exec(lines[at] ?? '')?.[1]
    if (name !== undefined) return name
  }
  return undefined
}

async function plan(engine: Engine, input: NewService): Promise<Planned> {
  const { unknownNames, writeService } = await import('../import/index.ts')
  const { name, file = 'services.hcl', ...rest } = input
  const values = valuesOf(rest)
  const unknown = unknownNames(values)
  if (unknown.length > 0) {
    const errors = unknown.map((path) => ({ path, message: 'A service has no such attribute or block.' }))
    throw new CoreError('BAD_INPUT', `A service has no "${unknown.join('", "')}"`, { errors })
  }
  const target = await targetOf(engine, file)
  const hcl = writeService(name, values, { notation: true })
  const before = target.before ?? ''
  const gap = before === '' ? '' : before.endsWith('\n') ? '\n' : '\n\n'
  return { target, hcl, text: before + gap + hcl, firstLine: (before + gap).split('\n').length }
}

/** JSON as values: null is the same as absent. */
function valuesOf(data: Readonly<Record<string, unknown>>): Values {
  return JSON.parse(JSON.stringify(data), (_name, value: unknown) => (value === null ? undefined : value)) as Values
}
