import { constants } from 'node:os'

const names = new Map<number, string>()
// Aliases (SIGIOT, SIGPOLL) come after the name that people use.
for (const [name, number] of Object.entries(constants.signals)) if (!names.has(number)) names.set(number, name)

export function signalName(number: number): string {
  return names.get(number) ?? (number >= 34 && number <= 64 ? `SIGRTMIN+${number - 34}` : `SIG${number}`)
}

/** Undefined for a name that this system does not know. Accepts `SIGTERM`, `TERM`, `SIGRTMIN+3`. */
export function signalNumber(name: string): number | undefined {
  const full = name.startsWith('SIG') ? name : `SIG${name}`
  const realTime = /^SIGRTMIN\+(\d{1,2})$/.exec(full)
  if (realTime) return 34 + Number(realTime[1])
  return (constants.signals as Partial<Record<string, number>>)[full]
}

export type SignalAnswer = 'sent' | 'gone' | 'denied'

/** One answer for several processes that are meant as one. */
export function summary(answers: readonly SignalAnswer[]): SignalAnswer {
  if (answers.includes('sent')) return 'sent'
  return answers.includes('denied') ? 'denied' : 'gone'
}

/** @throws RangeError for a name that this system does not know */
export function requireSignal(signal: string): number {
  const number = signalNumber(signal)
  if (number === undefined) throw new RangeError(`${signal} is not a signal of this system`)
  return number
}
