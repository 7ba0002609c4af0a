import { createColors } from 'picocolors'
import { safeJson } from './safe.ts'

export type Paint = ReturnType<typeof createColors>

/** What the terminal needs of a stream. */
export interface Output {
  write(text: string): boolean
  once(event: 'drain' | 'close', listener: () => void): unknown
  off(event: 'drain' | 'close', listener: () => void): unknown
  isTTY?: boolean | undefined
  columns?: number | undefined
  rows?: number | undefined
}

export interface Terminal {
  /** The answer, on stdout. */
  line(text?: string): void
  write(text: string): void
  /** Anything that is not the answer, on stderr. */
  note(text: string): void
  /** One document for machines. */
  json(value: unknown): void
  /** One object on a line of its own. */
  jsonLine(value: unknown): void
  /** Resolves when the reader of stdout has room again: asked for between pages of long output. */
  drained(): Promise<void>
  /** Whether stdout is a terminal; a table is cut to its width only then. */
  readonly isTty: boolean
  readonly isErrorTty: boolean
  /** Infinity where stdout is no terminal. */
  readonly columns: number
  readonly paint: Paint
  readonly paintError: Paint
}

/** Colour only on a terminal; NO_COLOR, when it is set and not empty, forbids it. */
export function wantsColour(stream: Pick<Output, 'isTTY'>, env: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
}

export function openTerminal(
  stdout: Output,
  stderr: Output,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  let isFull = false
  const write = (text: string): void => {
    isFull = !stdout.write(text)
  }
  return {
    write,
    line: (text = '') => write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    json: (value) => write(`${safeJson(value, 2)}\n`),
    jsonLine: (value) => write(`${safeJson(value)}\n`),
    async drained() {
      if (!isFull) return
      isFull = false
      // A reader that has gone takes nothing any more: that closes the stream.
      await new Promise<void>((resolve) => {
        const settle = (): void => {
          stdout.off('drain', settle)
          stdout.off('close', settle)
          resolve()
        }
        stdout.once('drain', settle)
        stdout.once('close', settle)
      })
    },
    isTty: stdout.isTTY === true,
    isErrorTty: stderr.isTTY === true,
    get columns() {
      return stdout.isTTY === true ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY
    },
    paint: createColors(wantsColour(stdout, env)),
    paintError: createColors(wantsColour(stderr, env)),
  }
}
