import { inBulks, type Service } from '../contract/index.ts'

const atRest: ReadonlySet<string> = new Set(['stopped', 'completed', 'failed'])

/** The services that "Start all" or "Stop all" is about. */
export function meant(services: readonly Service[], verb: 'start' | 'stop'): Service[] {
  return services.filter(({ state }) => atRest.has(state) === (verb === 'start'))
}

export interface Refusal {
  name: string
  why: string
}

/** Asks for all at once; one sentence says what was refused, undefined when nothing was. */
export async function actOnAll(
  services: readonly Service[],
  verb: 'start' | 'stop',
  act: (names: readonly string[]) => Promise<readonly Refusal[]>,
): Promise<string | undefined> {
  const chosen = meant(services, verb)
  const refusals: string[] = []
  for (const names of inBulks(chosen.map(({ name }) => name)))
    refusals.push(...(await act(names)).map(({ name, why }) => `${name}: ${why}`))
  if (refusals.length === 0) return undefined
  const shown = refusals.slice(0, 8)
  const more = refusals.length > shown.length ? [`and ${refusals.length - shown.length} more`] : []
  return [`${refusals.length} of ${chosen.length} could not ${verb}:`, ...shown, ...more].join('\n')
}
