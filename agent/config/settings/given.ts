import { toJson } from '../functions/json.ts'
import type { Problems } from '../problems.ts'
import type { Body } from '../syntax/ast.ts'
import type { Source } from '../syntax/source.ts'
import { evaluate } from '../values/evaluate.ts'
import { Budget, noNames } from '../values/scope.ts'
import type { GivenVariable } from './globals.ts'

/** The values of variables from outside the files. The command line wins over files of variables, these over the environment. */
export function givenVariables(
  env: Readonly<Record<string, string | undefined>>,
  files: readonly { source: Source; body: Body }[],
  flags: Readonly<Record<string, string>>,
  problems: Problems,
): Map<string, GivenVariable> {
  const given = new Map<string, GivenVariable>()
  for (const [by, text] of Object.entries(env)) {
    const name = /^HXE_VAR_(.+)$/s.exec(by)?.[1]
    if (name !== undefined && text !== undefined) given.set(name, { text, by })
  }
  for (const file of files) for (const [name, variable] of fromFile(file, env, problems)) given.set(name, variable)
  for (const [name, text] of Object.entries(flags)) given.set(name, { text, by: `--var ${name}` })
  return given
}

/** A file of `name = value` lines. */
function fromFile(
  { source, body }: { source: Source; body: Body },
  env: Readonly<Record<string, string | undefined>>,
  problems: Problems,
): Map<string, GivenVariable> {
  const found = new Map<string, GivenVariable>()
  for (const item of body.items) {
    if (item.kind === 'block') {
      problems.error(
        { source, start: item.typeSpan.start, end: item.typeSpan.end },
        {
          code: 'block-in-variables',
          message: 'A file of variables has no blocks.',
          expected: 'lines of name = value',
        },
      )
      continue
    }
    const value = evaluate(item.value, { source, problems, env, names: noNames, budget: new Budget() })
    if (value.kind === 'wrong') continue
    const json = toJson(value)
    found.set(item.name, { text: typeof json === 'string' ? json : JSON.stringify(json), by: source.file })
  }
  return found
}
