/** What the command's exit code means; interface.md promises these numbers. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  noAgent: 3,
  notPermitted: 4,
  notFound: 5,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Ends a command with a sentence for the person, what to do next, and the code. */
export class CliError extends Error {
  override name = 'CliError'
  readonly exitCode: ExitCode
  /** What to do next, on a line of its own. */
  readonly hint: string | undefined
  constructor(exitCode: ExitCode, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.exitCode = exitCode
    this.hint = options.hint
  }
}

/** The agent's command is a bundle with a class of its own by this name, so it is told by what it has. */
export const isCliError = (error: unknown): error is CliError =>
  error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number'

export const usageError = (message: string, hint?: string): CliError => new CliError(exitCodes.usage, message, { hint })
