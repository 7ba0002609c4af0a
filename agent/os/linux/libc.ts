import { createRequire } from 'node:module'
import type koffiModule from 'koffi'
import { ticksPerSecond } from './proc.ts'

/**
 * The C library, called directly. Node's own spawn copies the agent's page tables and its process
 * API knows neither pidfds nor sub-reapers, so these calls go past it.
 */
export interface Libc {
  /** Runs one of the calls below; its own error number (0 for none) goes with its result. */
  errno(): number
  nameOf(errno: number): string

  posixSpawn(
    pid: Int32Array,
    path: string,
    actions: Buffer,
    attributes: Buffer,
    argv: (string | null)[],
    env: (string | null)[],
  ): number
  actionsInit(actions: Buffer): number
  actionsDestroy(actions: Buffer): number
  actionsDup2(actions: Buffer, fd: number, newFd: number): number
  actionsOpen(actions: Buffer, fd: number, path: string, flags: number, mode: number): number
  actionsClose(actions: Buffer, fd: number): number
  actionsChdir(actions: Buffer, path: string): number
  /** Missing before glibc 2.34 and in musl. */
  actionsCloseFrom: ((actions: Buffer, fd: number) => number) | undefined
  attributesInit(attributes: Buffer): number
  attributesSetFlags(attributes: Buffer, flags: number): number
  attributesSetMask(attributes: Buffer, set: Buffer): number
  attributesSetDefault(attributes: Buffer, set: Buffer): number
  fillSet(set: Buffer): number
  emptySet(set: Buffer): number

  waitid(kind: number, id: number, info: Buffer, options: number): number
  waitpid(pid: number, status: Int32Array, options: number): number
  kill(pid: number, signal: number): number
  pidfdOpen(pid: number): number
  pidfdSendSignal(fd: number, signal: number): number
  close(fd: number): number
  becomeSubreaper(): boolean
  pipe(fds: Int32Array, flags: number): number
  /** The clock of start times in /proc, which goes on while the machine sleeps, in its ticks. */
  bootTicks(): number

  epollCreate(flags: number): number
  epollAdd(epoll: number, fd: number, key: number): number
  epollRemove(epoll: number, fd: number): number
  /** Waits in a pool thread; `done` gets the number of events written to `events`. */
  epollWait(epoll: number, events: Buffer, most: number, done: (error: unknown, count: number) => void): void
  eventfd(initial: number, flags: number): number
  eventfdWrite(fd: number, value: number): number

  fallocate(fd: number, mode: number, offset: number, length: number): number
  /** Takes an exclusive lock of the open file over its whole length, without waiting; 0 or an error number. */
  lockWhole(fd: number): number
  /** The C library's own heap, of which native code and V8's compiler take: `mallopt`, `malloc_trim`. Missing in musl. */
  tuneHeap: ((parameter: number, value: number) => number) | undefined
  trimHeap: ((keepBytes: number) => number) | undefined
  /** Ends this process at once, with no clean-up of any kind. */
  exit(code: number): void
  /** Marks all descriptors from 3 up close-on-exec, where the kernel can (5.11). */
  sealDescriptors(): void
}

const pidfdSendSignalCall = 424
const pidfdOpenCall = 434
const closeRangeCall = 436
const closeRangeOnExec = 4
const setChildSubreaper = 36
const bootTimeClock = 7
const setOpenFileLock = 37
const exclusiveLock = 1
const epollAddCommand = 1
const epollDeleteCommand = 2
const epollIn = 1

let loaded: Libc | undefined | null = null

/** Undefined where koffi has no build for this machine; said once, decided once. */
export function loadLibc(): Libc | undefined {
  if (loaded !== null) return loaded
  loaded = undefined
  if (process.platform === 'linux') {
    try {
      loaded = bind(createRequire(import.meta.url)('koffi') as typeof koffiModule)
    } catch {
      // No build of koffi for this machine, or no such symbols: `child_process` does the same more slowly,
      // and `capabilities.spawn` says which of the two is at work.
    }
  }
  return loaded
}

function bind(koffi: typeof koffiModule): Libc {
  const c = koffi.load(null)
  const optional = <T>(definition: string): T | undefined => {
    try {
      return c.func(definition) as T
    } catch {
      return undefined
    }
  }
  const names = new Map<number, string>()
  for (const [name, value] of Object.entries(koffi.os.errno)) if (!names.has(value)) names.set(value, name)

  const syscall = c.func('long syscall(long number, long a, long b, long c, long d)')
  const prctl = c.func('int prctl(int option, ulong a, ulong b, ulong c, ulong d)')
  const epollControl = c.func('int epoll_ctl(int epoll, int command, int fd, uint8_t *event)')
  const epollWait = c.func('int epoll_wait(int epoll, uint8_t *events, int most, int timeout)')
  const fcntl = c.func('int fcntl(int fd, int command, uint8_t *argument)')
  const event = Buffer.alloc(16)
  const clockGettime = c.func('int clock_gettime(int clock, int64_t *time)')
  const time = new BigInt64Array(2)
  // The struct is packed on x86-64 alone.
  const dataOffset = process.arch === 'x64' ? 4 : 8

  return {
    errno: () => koffi.errno(),
    nameOf: (errno) => names.get(errno) ?? `errno ${errno}`,
    posixSpawn: c.func(
      'int posix_spawn(int *pid, const char *path, uint8_t *actions, uint8_t *attributes, const char **argv, const char **env)',
    ),
    actionsInit: c.func('int posix_spawn_file_actions_init(uint8_t *actions)'),
    actionsDestroy: c.func('int posix_spawn_file_actions_destroy(uint8_t *actions)'),
    actionsDup2: c.func('int posix_spawn_file_actions_adddup2(uint8_t *actions, int fd, int newFd)'),
    actionsOpen: c.func(
      'int posix_spawn_file_actions_addopen(uint8_t *actions, int fd, const char *path, int flags, uint mode)',
    ),
    actionsClose: c.func('int posix_spawn_file_actions_addclose(uint8_t *actions, int fd)'),
    actionsChdir: c.func('int posix_spawn_file_actions_addchdir_np(uint8_t *actions, const char *path)'),
    actionsCloseFrom: optional('int posix_spawn_file_actions_addclosefrom_np(uint8_t *actions, int fd)'),
    attributesInit: c.func('int posix_spawnattr_init(uint8_t *attributes)'),
    attributesSetFlags: c.func('int posix_spawnattr_setflags(uint8_t *attributes, short flags)'),
    attributesSetMask: c.func('int posix_spawnattr_setsigmask(uint8_t *attributes, uint8_t *set)'),
    attributesSetDefault: c.func('int posix_spawnattr_setsigdefault(uint8_t *attributes, uint8_t *set)'),
    fillSet: c.func('int sigfillset(uint8_t *set)'),
    emptySet: c.func('int sigemptyset(uint8_t *set)'),

    waitid: c.func('int waitid(int kind, uint id, uint8_t *info, int options)'),
    waitpid: c.func('int waitpid(int pid, int *status, int options)'),
    kill: c.func('int kill(int pid, int signal)'),
    pidfdOpen: (pid) => Number(syscall(pidfdOpenCall, pid, 0, 0, 0)),
    pidfdSendSignal: (fd, signal) => Number(syscall(pidfdSendSignalCall, fd, signal, 0, 0)),
    close: c.func('int close(int fd)'),
    becomeSubreaper: () => prctl(setChildSubreaper, 1, 0, 0, 0) === 0,
    pipe: c.func('int pipe2(int *fds, int flags)'),

    bootTicks() {
      clockGettime(bootTimeClock, time)
      return Number(time[0]) * ticksPerSecond + Math.floor(Number(time[1]) / (1e9 / ticksPerSecond))
    },

    epollCreate: c.func('int epoll_create1(int flags)'),
    epollAdd(epoll, fd, key) {
      event.fill(0)
      event.writeUInt32LE(epollIn, 0)
      event.writeUInt32LE(key, dataOffset)
      return epollControl(epoll, epollAddCommand, fd, event) as number
    },
    epollRemove: (epoll, fd) => epollControl(epoll, epollDeleteCommand, fd, event) as number,
    epollWait: (epoll, events, most, done) => epollWait.async(epoll, events, most, -1, done),
    eventfd: c.func('int eventfd(uint initial, int flags)'),
    eventfdWrite: c.func('int eventfd_write(int fd, uint64_t value)'),

    fallocate: c.func('int fallocate(int fd, int mode, int64_t offset, int64_t length)'),
    tuneHeap: optional('int mallopt(int parameter, int value)'),
    trimHeap: optional('int malloc_trim(size_t keepBytes)'),
    exit: c.func('void _exit(int code)'),
    sealDescriptors() {
      syscall(closeRangeCall, 3, 0xffffffff, closeRangeOnExec, 0)
    },
    lockWhole(fd) {
      const lock = Buffer.alloc(32)
      lock.writeInt16LE(exclusiveLock, 0)
      return fcntl(fd, setOpenFileLock, lock) === 0 ? 0 : koffi.errno()
    },
  }
}

/** The offset of the key in one event of `epollWait`, and the size of an event. */
export const epollEvent = process.arch === 'x64' ? { size: 12, key: 4 } : { size: 16, key: 8 }
