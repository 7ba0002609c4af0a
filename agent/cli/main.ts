import { systemClock } from '../os/clock.ts'
import { exitCodes } from './exit.ts'
import { runCommand } from './invoke.ts'

const readerGone = new Set<() => void>()

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      process.exitCode = exitCodes.failed
      if (stream === process.stdout) process.stderr.write(`hxe: the output cannot be written (${error.code}).\n`)
      process.exit()
    }
    // A reader that has seen enough (`hxe logs | head`) is no error.
    if (stream === process.stdout && readerGone.size === 0) process.exit(exitCodes.done)
    for (const listener of readerGone) listener()
  })
}

// Not awaited at the top level: what a verb loads imports from the bundle that this is part of, and would wait for it.
const running = runCommand(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  readInput: async () => process.getBuiltinModule('node:stream/consumers').text(process.stdin),
  env: process.env,
  clock: systemClock,
  onInterrupt(listener) {
    process.on('SIGINT', listener)
    return () => void process.off('SIGINT', listener)
  },
  onReaderGone(listener) {
    readerGone.add(listener)
    return () => void readerGone.delete(listener)
  },
  openInBrowser: async (url) => (await import('../os/browser.ts')).openInBrowser(url, process.env),
})

void running.then((exitCode) => {
  process.exitCode = exitCode
})
