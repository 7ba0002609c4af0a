import { signalNumber } from '../os/signals.ts'

/** The exit code of a shell for how a command ended: its own, or 128 and the signal's number. */
export function exitCodeOf(exitCode: number | null, signal: string | null): number {
  if (exitCode !== null) return exitCode
  const number = signal === null ? undefined : signalNumber(signal)
  return number === undefined ? 1 : 128 + number
}
