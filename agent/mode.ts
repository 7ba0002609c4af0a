import { type AgentMode, agentModes, defaultMode } from '../contract/modes.ts'

/** A mode was asked for that there is not. */
export class ModeError extends Error {
  override name = 'ModeError'
}

/** @throws {ModeError} for what is no mode; by `--mode`, or by `HXE_MODE` where that says nothing */
export function modeOf(option: string | undefined, variable: string | undefined): AgentMode {
  const text = option ?? (variable === '' ? undefined : variable)
  if (text === undefined) return defaultMode
  const mode = agentModes.find((known) => known === text)
  if (mode !== undefined) return mode
  const where = option === undefined ? 'HXE_MODE' : '--mode'
  throw new ModeError(`${where} is "${text}". The modes are ${agentModes.join(', ')}.`)
}
