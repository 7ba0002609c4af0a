import type { FleetHost } from '../../contract/index.ts'
import { type Context, openContext } from './context.ts'
import { exitCodes, isCliError } from './exit.ts'
import { safeText } from './safe.ts'
import type { World } from './world.ts'

/**
 * Runs a verb for each host of the fleet that is connected, one after another; one that fails keeps no other from its turn.
 * With `--json` it is still one document: `{ items: [{ host, result }] }`. The exit code is the worst.
 */
export async function everywhere(
  context: Context,
  world: World,
  command: (context: Context) => Promise<number>,
): Promise<number> {
  const { items } = await (await context.connect()).get<{ items: FleetHost[] }>('/hosts')
  const results: { host: string; result?: unknown; problem?: string }[] = []
  let worst: number = exitCodes.done
  for (const { name, state, since } of items) {
    if (!context.options.json) context.terminal.line(context.terminal.paint.bold(name))
    let problem: string | undefined
    let result: unknown
    if (state === 'unreachable') problem = `It has not been reached since ${since}.`
    else {
      const inner = openContext(world, { ...context.options, host: name })
      const keep = (value: unknown): void => {
        result = value
      }
      const terminal = { ...inner.terminal, json: keep }
      try {
        worst = Math.max(worst, await command(context.options.json ? { ...inner, terminal } : inner))
      } catch (error) {
        if (!isCliError(error)) throw error
        problem = error.message
        worst = Math.max(worst, error.exitCode)
      } finally {
        inner.close()
      }
    }
    if (problem !== undefined && !context.options.json) context.terminal.note(`hxe: ${name}: ${safeText(problem)}`)
    results.push({ host: name, ...(problem === undefined ? { result } : { problem }) })
  }
  if (context.options.json) context.terminal.json({ items: results })
  return worst
}
