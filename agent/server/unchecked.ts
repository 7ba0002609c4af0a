import { isProcedure, Procedure } from '@orpc/server'

/** The same procedure without a check of what it answers. */
export function withoutOutput(procedure: unknown): unknown {
  if (!isProcedure(procedure)) throw new Error('not a procedure')
  const { outputSchema: _unused, ...rest } = procedure['~orpc']
  return new Procedure(rest)
}

/** Takes the output schema from procedures of a group, in place; what they promise to clients stays in the contract. */
export function withoutOutputCheck(group: object, names: readonly string[]): void {
  const procedures = group as Record<string, unknown>
  for (const name of names) procedures[name] = withoutOutput(procedures[name])
}
