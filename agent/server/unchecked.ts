import { isProcedure, Procedure } from '@orpc/server'

/** Takes the output schema from procedures of a group, in place; what they promise to clients stays in the contract. */
export function withoutOutputCheck(group: object, names: readonly string[]): void {
  const procedures = group as Record<string, unknown>
  for (const name of names) {
    const procedure = procedures[name]
    if (!isProcedure(procedure)) throw new Error(`${name} is not a procedure`)
    const { outputSchema: _unused, ...rest } = procedure['~orpc']
    procedures[name] = new Procedure(rest)
  }
}
