import type { AgentInfo } from '../../../contract/index.ts'
import { AgentHeldError, type RunningAgent, runAgent } from '../../app.ts'
import { ModeError } from '../../mode.ts'
import { FileError } from '../../os/files.ts'
import { PortTakenError } from '../../server/index.ts'
import type { CommonOptions, Context } from '../context.ts'
import { CliError, exitCodes, usageError } from '../exit.ts'

export interface AgentOptions extends CommonOptions {
  config?: string[]
  var?: Record<string, string>
  varFile?: string[]
  port?: number
  logLevel?: string
  mode?: AgentInfo['mode']
}

/** `hxe agent`: the agent in the foreground. One line on stdout says that it answers, and nothing else is written there. */
export async function run({ terminal, world }: Context, _operands: string[], options: AgentOptions): Promise<number> {
  // Whoever started it may read the one line and go; its services are not to suffer for that.
  world.onReaderGone(() => undefined)
  const { info, closed } = await start(options)
  const { url, pid, dataDir, version } = info
  terminal.jsonLine({ ready: true, url, pid, dataDir, version })
  return closed
}

async function start(options: AgentOptions): Promise<RunningAgent> {
  try {
    return await runAgent({
      configPaths: options.config ?? [],
      ...(options.var === undefined ? {} : { variables: options.var }),
      ...(options.varFile === undefined ? {} : { variableFiles: options.varFile }),
      ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(options.logLevel === undefined ? {} : { logLevel: options.logLevel }),
      ...(options.mode === undefined ? {} : { mode: options.mode }),
    })
  } catch (error) {
    if (error instanceof ModeError) throw usageError(error.message)
    // Those are worded for the person; a system's refusal says at least what it refused.
    const isWorded = error instanceof AgentHeldError || error instanceof PortTakenError || error instanceof FileError
    if (isWorded) throw new CliError(exitCodes.failed, error.message, { cause: error })
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new CliError(exitCodes.failed, `The agent cannot start: ${error.message}.`, { cause: error })
  }
}
