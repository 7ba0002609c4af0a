import type { Service, Why } from '../../contract/index.ts'
import type { Context } from './context.ts'

/** The explanation as the agent's own module writes it; loaded only where something is wrong. */
export async function whyText(why: Why, { terminal, nowMs }: Context): Promise<string> {
  const { formatWhy } = await import('../why/format.ts')
  return formatWhy(why, { colour: terminal.paint.isColorSupported, nowMs: nowMs() })
}

/** `hxe restart web`: what to type for the first fix; undefined where there is none. */
export async function firstFix(service: Service): Promise<{ label: string; command: string } | undefined> {
  const fix = service.why?.fixes[0]
  if (!fix) return undefined
  const { commandOf } = await import('../why/format.ts')
  return { label: fix.label, command: commandOf(fix.action) }
}
