import { StringDecoder } from 'node:string_decoder'
import { messageOf } from '../../contract/failure.ts'
import type { ExecOutput } from '../core.ts'
import { type ExecuteRequest, execute } from '../os/index.ts'

const longestMs = 24 * 3_600_000

/** Runs a command and gives what it writes as it comes, its end last. */
export async function* outputOf(request: Omit<ExecuteRequest, 'timeoutMs' | 'onOutput'>): AsyncGenerator<ExecOutput> {
  const output: ExecOutput[] = []
  // A character may come in two chunks.
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') }
  let wake: () => void = () => {}
  const done = execute({
    ...request,
    timeoutMs: longestMs,
    onOutput: (stream, chunk) => {
      output.push({ type: 'output', stream, text: decoders[stream].write(chunk) })
      wake()
    },
  }).then(
    (result): ExecOutput[] => [{ type: 'exit', exitCode: result.exitCode, signal: result.signal }],
    (error: unknown): ExecOutput[] => [
      { type: 'output', stream: 'stderr', text: `${messageOf(error)}\n` },
      { type: 'exit', exitCode: 127, signal: null },
    ],
  )
  let last: ExecOutput[] | undefined
  void done.then((exit) => {
    last = exit
    wake()
  })
  while (!last || output.length > 0) {
    for (let next = output.shift(); next; next = output.shift()) yield next
    if (!last) await new Promise<void>((resolve) => (wake = resolve))
  }
  yield* last
}
