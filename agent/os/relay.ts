import type { Launch } from './launch.ts'
import type { SpawnRequest } from './platform.ts'

/**
 * A relay is a `cat` from a pipe into a spool, in a session of its own. It does not heed the signals that stop a
 * service, since it has to carry the last lines of one that says goodbye.
 */
const script = `trap '' HUP INT QUIT TERM; [ -n "$1" ] && exec < "$1"; exec cat`

/** From stdin, or from the pipe of that name. */
export function relayFor(request: SpawnRequest, fifo = ''): { launch: Launch; request: SpawnRequest } {
  const argv = ['/bin/sh', '-c', script, 'hxe-relay', fifo]
  const cookie = request.env.HXE_INSTANCE
  return {
    launch: { path: '/bin/sh', argv, program: '/bin/sh', prefixed: false, notes: [] },
    request: {
      instance: request.instance,
      argv,
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...(cookie === undefined ? {} : { HXE_INSTANCE: cookie }) },
      stdoutFd: request.stdoutFd,
      stderrFd: request.stderrFd,
    },
  }
}
