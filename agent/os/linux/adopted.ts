import { epollEvent, type Libc } from './libc.ts'

const closeOnExec = 0x80000
const nonBlocking = 0x800
const wakeKey = 0xffffffff
const eventsAtOnce = 64

/**
 * Processes that an earlier agent started: nobody's children, so their ends come by pidfd. All of them wait in
 * one epoll in one pool thread, which exists only while there is something to wait for.
 */
export class Adopted {
  readonly #libc: Libc
  readonly #onEnd: (pid: number) => void
  readonly #pidfds = new Map<number, number>()
  #epoll = -1
  #wake = -1
  #waiting = false
  #closed = false

  constructor(libc: Libc, onEnd: (pid: number) => void) {
    this.#libc = libc
    this.#onEnd = onEnd
  }

  has(pid: number): boolean {
    return this.#pidfds.has(pid)
  }

  /** False when no pidfd can be had: the process is gone, or the kernel has none. The pidfd becomes this watcher's. */
  add(pid: number, pidfd: number): boolean {
    if (this.#closed || this.#pidfds.has(pid)) {
      this.#libc.close(pidfd)
      return !this.#closed
    }
    this.#open()
    if (this.#libc.epollAdd(this.#epoll, pidfd, pid) !== 0) {
      this.#libc.close(pidfd)
      return false
    }
    this.#pidfds.set(pid, pidfd)
    this.#wait()
    return true
  }

  close(): void {
    this.#closed = true
    process.off('exit', this.#wakeThread)
    // The pool thread wakes, sees that it is over, and then the descriptors may go.
    if (this.#waiting) this.#wakeThread()
    else this.#release()
  }

  readonly #wakeThread = (): void => {
    this.#libc.eventfdWrite(this.#wake, 1)
  }

  #open(): void {
    if (this.#epoll >= 0) return
    // Node waits for its pool threads when it ends, an uncaught error included; this one would never come.
    process.once('exit', this.#wakeThread)
    this.#epoll = this.#libc.epollCreate(closeOnExec)
    this.#wake = this.#libc.eventfd(0, closeOnExec | nonBlocking)
    this.#libc.epollAdd(this.#epoll, this.#wake, wakeKey)
  }

  #wait(): void {
    if (this.#waiting) return
    this.#waiting = true
    const events = Buffer.alloc(eventsAtOnce * epollEvent.size)
    this.#libc.epollWait(this.#epoll, events, eventsAtOnce, (_error, count) => {
      this.#waiting = false
      const ended: number[] = []
      for (let index = 0; index < count; index++) {
        const pid = events.readUInt32LE(index * epollEvent.size + epollEvent.key)
        if (pid !== wakeKey) ended.push(pid)
      }
      for (const pid of ended) this.#forget(pid)
      if (this.#closed) this.#release()
      else if (this.#pidfds.size > 0) this.#wait()
      for (const pid of ended) this.#onEnd(pid)
    })
  }

  #forget(pid: number): void {
    const pidfd = this.#pidfds.get(pid)
    if (pidfd === undefined) return
    this.#libc.epollRemove(this.#epoll, pidfd)
    this.#libc.close(pidfd)
    this.#pidfds.delete(pid)
  }

  #release(): void {
    for (const pid of [...this.#pidfds.keys()]) this.#forget(pid)
    if (this.#epoll >= 0) this.#libc.close(this.#epoll)
    if (this.#wake >= 0) this.#libc.close(this.#wake)
    this.#epoll = -1
    this.#wake = -1
  }
}
