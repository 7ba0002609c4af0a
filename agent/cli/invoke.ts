import { CommanderError } from 'commander'
import { messageOf } from '../../contract/failure.ts'
import { openContext } from './context.ts'
import { everywhere } from './everywhere.ts'
import { exitCodes, isCliError } from './exit.ts'
import { createProgram } from './program.ts'
import { safeText } from './safe.ts'
import type { Runner } from './verb.ts'
import type { World } from './world.ts'

/** Runs one command line, without the program's name; the answer is the exit code. */
export async function runCommand(argv: readonly string[], world: World): Promise<number> {
  let exitCode: number = exitCodes.done
  const runVerb: Runner = async (options, command) => {
    const context = openContext(world, options)
    try {
      exitCode = await (options.allHosts ? everywhere(context, world, command) : command(context))
    } catch (error) {
      exitCode = tellError(error, world, options.debug === true)
    } finally {
      context.close()
    }
  }
  const program = createProgram(world, runVerb, argv[0])
  if (argv.length === 0) {
    program.outputHelp()
    return exitCodes.done
  }
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    // Commander has said what is wrong, or has shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    return tellError(error, world, argv.includes('--debug'))
  }
  return exitCode
}

function tellError(error: unknown, world: World, debug: boolean): number {
  const isColoured = world.stderr.isTTY === true && !world.env.NO_COLOR
  const name = isColoured ? '\x1b[31mhxe:\x1b[39m' : 'hxe:'
  const message = messageOf(error)
  world.stderr.write(`${name} ${safeText(message)}\n`)
  if (isCliError(error) && error.hint !== undefined) world.stderr.write(`${safeText(error.hint)}\n`)
  if (debug && error instanceof Error) world.stderr.write(`${error.stack ?? ''}\n${causes(error)}`)
  else if (!isCliError(error)) world.stderr.write('This is a mistake in hxe; --debug shows where.\n')
  return isCliError(error) ? error.exitCode : exitCodes.failed
}

function causes(error: Error): string {
  return error.cause instanceof Error ? `caused by ${error.cause.stack ?? ''}\n${causes(error.cause)}` : ''
}
