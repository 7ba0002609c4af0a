import type { World } from '../world.ts'
import { dependencies } from './dependencies.ts'
import { exits } from './exits.ts'
import type { Fault } from './fault.ts'
import { limits } from './limits.ts'
import { outputs } from './outputs.ts'
import { ports } from './ports.ts'
import { sources } from './sources.ts'
import { starts } from './starts.ts'
import { stops } from './stops.ts'
import { values } from './values.ts'

export type { Fault }
export const faults: readonly Fault[] = [
  ...exits,
  ...starts,
  ...values,
  ...ports,
  ...dependencies,
  ...stops,
  ...limits,
  ...outputs,
  ...sources,
]

/** The configuration that has all of them. */
export function configuration(world: World): string {
  const blocks = faults
    .filter(({ skip }) => !skip)
    .flatMap((fault) => [fault.beside?.(world) ?? '', `service "${fault.name}" {\n${fault.hcl(world)}\n}`])
  const special = [
    'service "frozen" {\n command = "sleep 600"\n stop {\n  timeout = "300ms"\n }\n}',
    'service "without-log" {\n command = "sleep 600"\n autostart = false\n}',
  ]
  return `${[...blocks, ...special].filter(Boolean).join('\n\n')}\n`
}
