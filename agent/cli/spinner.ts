import type { Context } from './context.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameMs = 100

/** Shows on a terminal that something takes its time, on stderr; elsewhere nothing. Returns what takes it away. */
export function startSpinner({ terminal, world }: Context, text: string): () => void {
  if (!terminal.isErrorTty) return () => undefined
  const { stderr, clock } = world
  let at = 0
  let cancel = (): void => undefined
  const draw = (): void => {
    stderr.write(`\r${terminal.paintError.cyan(frames[at++ % frames.length] ?? '')} ${text}\x1b[K`)
    cancel = clock.after(frameMs, draw)
  }
  draw()
  return () => {
    cancel()
    stderr.write('\r\x1b[K')
  }
}
