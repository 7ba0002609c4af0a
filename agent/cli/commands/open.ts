import type { CommonOptions, Context } from '../context.ts'
import { exitCodes } from '../exit.ts'

export interface OpenOptions extends CommonOptions {
  print?: true
}

/** `hxe open`: the panel in the browser, by an address that signs in once. */
export async function run(context: Context, _operands: string[], options: OpenOptions): Promise<number> {
  const client = await context.connect()
  const code = await client.post<{ url: string; expiresAt: string }>('/agent/sign-in-codes')
  const { terminal, world } = context
  if (options.json) {
    terminal.json(code)
    return exitCodes.done
  }
  terminal.line(code.url)
  if (options.print) return exitCodes.done
  const opened = await world.openInBrowser(code.url)
  terminal.note(
    opened ? 'Opening it in your browser.' : 'Open this address in a browser: it is valid once, for five minutes.',
  )
  return exitCodes.done
}
