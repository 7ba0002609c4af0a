import { durationInWords } from '../../contract/format.ts'
import type { ServiceFacts } from './facts.ts'
import { describeSignal, signalMeaning, signalName } from './signals.ts'
import { clean } from './words.ts'

type Meanings = ReadonlyMap<number, string>

/** What any shell means by its own codes. */
const shell: Meanings = new Map([
  [126, 'found, but not something that can be run'],
  [127, 'command not found'],
])

/** `sysexits.h`, which mail servers, Rust and Python programs keep to. */
const sysexits: Meanings = new Map([
  [64, 'wrong usage of its command line'],
  [65, 'wrong input data'],
  [66, 'an input that cannot be opened'],
  [67, 'a user that does not exist'],
  [68, 'a host that does not exist'],
  [69, 'a service that it needs is not available'],
  [70, 'an internal error'],
  [71, 'an error of the operating system'],
  [72, 'a system file that is missing'],
  [73, 'an output that cannot be created'],
  [74, 'an error of reading or writing'],
  [75, 'a passing failure, worth another try'],
  [76, 'a remote side that broke the protocol'],
  [77, 'a permission that it lacks'],
  [78, 'a mistake in its configuration'],
])

/** https://nodejs.org/api/process.html#exit-codes */
const node: Meanings = new Map([
  [1, 'an error that nothing caught'],
  [3, 'an internal error of Node'],
  [4, 'an internal error of Node'],
  [5, 'a fatal error of V8'],
  [6, 'a broken handler of uncaught errors'],
  [7, 'an error inside the handler of uncaught errors'],
  [9, 'an option that Node does not know'],
  [10, 'an internal error of Node'],
  [12, 'a debugger port that is not valid'],
  [13, 'an await at the top level that never came to an end'],
  [14, 'an error while its snapshot was built'],
])

const python: Meanings = new Map([
  [1, 'an exception that nothing caught'],
  [2, 'wrong usage of its command line, or a script that cannot be opened'],
  [120, 'its output could not be written at the end'],
])

const java: Meanings = new Map([
  [1, 'an exception that nothing caught, or a main class that cannot be loaded'],
  [3, 'the memory ran out (ExitOnOutOfMemoryError)'],
  [134, 'the virtual machine itself crashed'],
])

const families: readonly (readonly [RegExp, Meanings])[] = [
  [/^(?:node|nodejs|npm|npx|tsx|electron)$/, node],
  [/^(?:python[\d.]*|gunicorn|uvicorn|celery|flask)$/, python],
  [/^(?:java|mvn|gradle)$/, java],
]

/** What an exit code means, for the program that gave it where that matters; absent where it says nothing. */
export function describeExitCode(code: number, program = ''): string | undefined {
  const name = (program.split('/').at(-1) ?? '').replace(/\.exe$/i, '')
  const ofProgram = families.find(([names]) => names.test(name))?.[1].get(code)
  if (ofProgram) return ofProgram
  const general = shell.get(code) ?? sysexits.get(code)
  if (general) return general
  if (code === 255) return 'a general failure, also what ssh says of a lost connection'
  if (code > 128 && code < 160) return ofSignal(code - 128)
  return undefined
}

function ofSignal(number: number): string | undefined {
  const signal = signalName(number)
  const meaning = signal && signalMeaning(signal)
  return meaning ? `ended by ${signal}: ${meaning}` : undefined
}

export type Exit = Pick<NonNullable<ServiceFacts['exit']>, 'code' | 'signal' | 'statusKnown' | 'ranForMs'>

/**
 * How a run ended, to go on in a sentence: `exited with code 1 after 0.3 s`, `ended by SIGSEGV (…)
 * after 2 s`. A code is given its meaning where that is more than "it failed".
 */
export function describeExit(exit: Exit, program = ''): string {
  const after = ` after ${durationInWords(exit.ranForMs)}`
  if (!exit.statusKnown) return `ended${after}, how is not known: it was started by an earlier run of the agent`
  if (exit.signal) return `ended by ${describeSignal(clean(exit.signal, 20))}${after}`
  if (exit.code === null || !Number.isFinite(exit.code)) return `ended${after}`
  const meaning = tellsMore(exit.code) ? describeExitCode(exit.code, program) : undefined
  return `exited with code ${exit.code}${meaning ? ` (${meaning})` : ''}${after}`
}

/** 0, 1 and 2 say no more than "done" and "failed" to most people. */
const tellsMore = (code: number): boolean => code > 2
