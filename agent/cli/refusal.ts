import type { Problem } from '../../contract/index.ts'
import { CliError, type ExitCode, exitCodes } from './exit.ts'

/** A refusal of the agent, kept whole for those who look into it. */
export class ProblemError extends CliError {
  override name = 'ProblemError'
  readonly problem: Partial<Problem>
  constructor(exitCode: ExitCode, message: string, hint: string | undefined, problem: Partial<Problem>) {
    super(exitCode, message, { hint })
    this.problem = problem
  }
}

export interface AnswerStatus {
  status: number
  text: string
  contentType: string
}

/** A refusal of one among many, which is part of an answer. */
export const refusalOf = (problem: Problem): CliError =>
  new ProblemError(
    exitByStatus[problem.status] ?? exitCodes.failed,
    problem.detail,
    hintOf(problem.status, problem),
    problem,
  )

const exitByStatus: Readonly<Record<number, ExitCode>> = {
  400: exitCodes.usage,
  401: exitCodes.notPermitted,
  403: exitCodes.notPermitted,
  404: exitCodes.notFound,
  422: exitCodes.usage,
}

/** What an answer with an error status says, be it a problem or anything else. */
export function refusal({ status, text: statusText, contentType }: AnswerStatus, text: string): CliError {
  const problem = /^application\/(problem\+)?json/.test(contentType) ? parseProblem(text) : {}
  const detail = problem.detail ?? problem.title ?? `It answered ${status} ${statusText}`.trim()
  return new ProblemError(exitByStatus[status] ?? exitCodes.failed, detail, hintOf(status, problem), {
    ...problem,
    status,
  })
}

function parseProblem(text: string): Partial<Problem> {
  try {
    return { ...JSON.parse(text) }
  } catch {
    // Cut off, or not from an agent: the status alone has to do.
    return {}
  }
}

function hintOf(status: number, problem: Partial<Problem>): string | undefined {
  if (status === 401)
    return 'Give its token with --token or HXE_TOKEN; it is in the file "token" of its data directory.'
  const { suggestion } = problem
  if (typeof suggestion !== 'string' || problem.detail?.includes(suggestion)) return undefined
  return `Did you mean ${suggestion}?`
}

/** An error that came as an event of a stream, in oRPC's own shape. */
export function streamProblem(data: unknown): CliError {
  const facts: { message?: unknown; status?: unknown } = typeof data === 'object' && data !== null ? data : {}
  const message = typeof facts.message === 'string' ? facts.message : 'The agent ended the stream with an error.'
  return new CliError(exitByStatus[Number(facts.status)] ?? exitCodes.failed, message)
}

const networkReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection broke off',
  ENOTFOUND: 'the host is not known',
  EAI_AGAIN: 'the host’s name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
  ETIMEDOUT: 'it does not answer',
  EPROTO: 'it does not speak TLS',
}

/** Why a request came to no answer, as the end of a sentence. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  if (code.startsWith('HPE_')) return 'what answers there does not speak HTTP'
  if (error.name === 'AggregateError' || error.message === '') return networkReasons[code] ?? code
  return networkReasons[code] ?? error.message
}

/** Whether nothing listens at the address: the agent has gone, rather than got stuck. */
export const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
