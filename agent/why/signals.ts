/** Linux numbers; those that differ elsewhere are seldom met there. */
const signals: ReadonlyMap<string, { number: number; meaning: string }> = new Map([
  ['SIGHUP', { number: 1, meaning: 'its terminal went away, or it was told to read its configuration again' }],
  ['SIGINT', { number: 2, meaning: 'interrupted, as by Ctrl+C' }],
  ['SIGQUIT', { number: 3, meaning: 'asked to end and to leave a core dump' }],
  ['SIGILL', { number: 4, meaning: 'an instruction that this processor does not have' }],
  ['SIGTRAP', { number: 5, meaning: 'stopped at a breakpoint, or by a failed internal check' }],
  ['SIGABRT', { number: 6, meaning: 'gave up by itself after an internal error' }],
  ['SIGBUS', { number: 7, meaning: 'reached for memory or a mapped file that is not there' }],
  ['SIGFPE', { number: 8, meaning: 'a calculation that is not possible, such as a division by zero' }],
  ['SIGKILL', { number: 9, meaning: 'killed by force, which no program can refuse' }],
  ['SIGUSR1', { number: 10, meaning: 'a signal of its own that it does not handle' }],
  ['SIGSEGV', { number: 11, meaning: 'reached for memory that is not its own' }],
  ['SIGUSR2', { number: 12, meaning: 'a signal of its own that it does not handle' }],
  ['SIGPIPE', { number: 13, meaning: 'wrote to a pipe or connection that nobody reads' }],
  ['SIGALRM', { number: 14, meaning: 'its own alarm clock rang' }],
  ['SIGTERM', { number: 15, meaning: 'asked to end' }],
  ['SIGSTKFLT', { number: 16, meaning: 'a fault of the coprocessor' }],
  ['SIGCHLD', { number: 17, meaning: 'a process that it started ended' }],
  ['SIGCONT', { number: 18, meaning: 'told to go on' }],
  ['SIGSTOP', { number: 19, meaning: 'halted' }],
  ['SIGTSTP', { number: 20, meaning: 'halted, as by Ctrl+Z' }],
  ['SIGTTIN', { number: 21, meaning: 'wanted to read from a terminal while in the background' }],
  ['SIGTTOU', { number: 22, meaning: 'wanted to write to a terminal while in the background' }],
  ['SIGURG', { number: 23, meaning: 'urgent data came in' }],
  ['SIGXCPU', { number: 24, meaning: 'used up its limit of processor time' }],
  ['SIGXFSZ', { number: 25, meaning: 'wrote a file beyond its size limit' }],
  ['SIGVTALRM', { number: 26, meaning: 'its own alarm clock rang' }],
  ['SIGPROF', { number: 27, meaning: "a profiler's clock rang" }],
  ['SIGWINCH', { number: 28, meaning: 'its terminal changed size' }],
  ['SIGIO', { number: 29, meaning: 'a file or connection is ready' }],
  ['SIGPWR', { number: 30, meaning: 'the power fails' }],
  ['SIGSYS', { number: 31, meaning: 'called the system in a way that is not allowed' }],
])

const names: ReadonlyMap<number, string> = new Map([...signals].map(([name, { number }]) => [number, name]))

export function signalName(number: number): string | undefined {
  return names.get(number)
}

export function signalMeaning(signal: string): string | undefined {
  return signals.get(signal)?.meaning
}

/** The name with its meaning: `SIGSEGV (reached for memory that is not its own)`. */
export function describeSignal(signal: string): string {
  const meaning = signalMeaning(signal)
  return meaning ? `${signal} (${meaning})` : signal
}
