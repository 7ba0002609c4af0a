import type { Clock } from '../os/clock.ts'
import type { Output } from './terminal.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What surrounds the command: the process in `main.ts`, something smaller in tests. */
export interface World {
  stdout: Output
  stderr: Output
  /** All that stdin gives, as text. */
  readInput: () => Promise<string>
  env: Environment
  clock: Clock
  /** Calls back on Ctrl+C, each time; the answer takes it back. While nobody listens, Ctrl+C ends the process. */
  onInterrupt: (listener: () => void) => () => void
  /** Calls back when nobody reads the output any more (`| head`). While nobody listens, that ends the process with 0. */
  onReaderGone: (listener: () => void) => () => void
  /** Opens an address in the person's browser; false when that cannot be done here. */
  openInBrowser: (url: string) => Promise<boolean>
}
