import type { ExecOutput } from '../../core.ts'
import { servicePath } from '../client.ts'
import { type CommonOptions, type Context, interruptible } from '../context.ts'
import { CliError, exitCodes } from '../exit.ts'
import { exitCodeOf } from '../signals.ts'

/** `hxe exec NAME -- CMD…`: its output as it is, since the person chose the program; its exit code. Ctrl+C ends it. */
export async function run(context: Context, [name = '', ...rest]: string[], options: CommonOptions): Promise<number> {
  const argv = rest[0] === '--' ? rest.slice(1) : rest
  const client = await context.connect()
  const { world } = context
  const kept = { stdout: '', stderr: '' }
  let ended: Extract<ExecOutput, { type: 'exit' }> | undefined
  const { interrupted } = await interruptible(context, async (signal) => {
    const call = { method: 'POST' as const, path: servicePath(name, '/exec'), body: { argv }, signal }
    for await (const { item } of client.stream<ExecOutput>(call)) {
      if (item.type === 'exit') {
        ended = item
        return
      }
      if (options.json) kept[item.stream] += item.text
      else world[item.stream].write(item.text)
    }
  })
  if (interrupted) return exitCodeOf(null, 'SIGINT')
  if (!ended) throw new CliError(exitCodes.failed, 'The agent did not say how the command ended.')
  const { exitCode, signal } = ended
  if (options.json) context.terminal.json({ service: name, argv, exitCode, signal, ...kept })
  return exitCodeOf(exitCode, signal)
}
