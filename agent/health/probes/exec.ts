import { execute } from '../../os/index.ts'
import { type Answer, type ProbeLimits, secondsText, timed } from './probe.ts'

/** Where a command runs: as the service does. */
export interface Surroundings {
  cwd: string
  env: Readonly<Record<string, string>>
  user?: string | undefined
  group?: string | undefined
}

/** What a command may say about how it went. */
const maxOutputBytes = 4096

/** Runs a command; when its time is up, all of it is ended before the answer is given. */
export function probeExec(argv: readonly string[], where: Surroundings, limits: ProbeLimits): Promise<Answer> {
  return timed(limits, async () => {
    const { exitCode, signal, timedOut, output } = await execute({
      argv,
      cwd: where.cwd,
      env: where.env,
      ...(where.user === undefined ? {} : { user: where.user }),
      ...(where.group === undefined ? {} : { group: where.group }),
      timeoutMs: limits.timeoutMs,
      signal: limits.signal,
      maxOutputBytes,
    })
    const said = output.trim().split('\n').at(-1)?.trim() ?? ''
    const behind = said === '' ? '' : `: ${said}`
    if (timedOut) return { ok: false, text: `did not end within ${secondsText(limits.timeoutMs)}${behind}` }
    if (exitCode === 0) return { ok: true, text: said === '' ? 'exit code 0' : said }
    return { ok: false, text: `${exitCode === null ? `ended by ${signal}` : `exit code ${exitCode}`}${behind}` }
  })
}
