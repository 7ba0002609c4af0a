/** What a person can ask of services by name. */
export const serviceVerbs = ['start', 'stop', 'restart', 'reload', 'enable', 'disable'] as const
export type ServiceVerb = (typeof serviceVerbs)[number]

/** So many names one call takes; see `inBulks`. */
export const maxBulkNames = 1_000

/** Names in as many parts as it takes calls for them. */
export function inBulks(names: readonly string[]): string[][] {
  const count = Math.ceil(names.length / maxBulkNames)
  return Array.from({ length: count }, (_, at) => names.slice(at * maxBulkNames, (at + 1) * maxBulkNames))
}
