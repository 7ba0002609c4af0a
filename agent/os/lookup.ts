import { accessSync, closeSync, constants, openSync, readSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { SpawnError, type SpawnRequest } from './platform.ts'

/** Where a program is found, or what keeps it from being started. */
export type Lookup = Found | SpawnError

export interface Found {
  path: string
  /** Text without an interpreter line, which a shell has to run. */
  script: boolean
  /** The name of what its interpreter line asks for: `node` for `#!/usr/bin/env node`. */
  runtime?: string
}

const defaultPath = '/usr/local/bin:/usr/bin:/bin'
/** The kernel's bound on one argument or variable, its final NUL included (32 pages). */
const longestStringBytes = 131_072

/** The directory that the child starts in. */
export function directoryOf(request: Pick<SpawnRequest, 'cwd'>): string {
  return resolve(request.cwd ?? '/')
}

/**
 * Finds the program as the child would: by the child's own PATH, relative to the child's own
 * directory. Everything that makes an exec fail for good is named here, so that a start which goes
 * through a shell or `setpriv` is refused as precisely as one that does not.
 */
export function lookUpProgram(request: SpawnRequest): Lookup {
  const name = request.argv[0]
  if (!name) return failure('ENOENT', 'program', '', 'The command is empty')
  const directory = directoryOf(request)
  const badDirectory = checkDirectory(directory)
  if (badDirectory) return badDirectory
  const unfit = checkStrings(request)
  if (unfit) return unfit
  if (name.includes('/')) return checkProgram(isAbsolute(name) ? name : join(directory, name))

  let denied: SpawnError | undefined
  for (const entry of (request.env.PATH ?? defaultPath).split(':')) {
    const candidate = join(resolve(directory, entry), name)
    const found = checkProgram(candidate)
    if (!(found instanceof SpawnError)) return found
    // A program that is there but cannot be run is worth more in a message than "not found", as for a shell.
    if (found.what !== 'program' && found.what !== 'other') denied ??= found
  }
  return denied ?? failure('ENOENT', 'program', name, `Command not found: ${name}`)
}

function failure(
  code: string,
  what: SpawnError['what'],
  subject: string,
  message: string,
  retryable = false,
): SpawnError {
  return new SpawnError(message, { code, what, subject, retryable })
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'EIO'
}

function tryStat(path: string): Stats | string {
  try {
    // A PATH is mostly misses; an exception for each would cost more than the look.
    return statSync(path, { throwIfNoEntry: false }) ?? 'ENOENT'
  } catch (error) {
    return codeOf(error)
  }
}

function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function checkDirectory(directory: string): SpawnError | undefined {
  const stats = tryStat(directory)
  if (stats === 'EACCES') return noSearch(directory)
  if (stats === 'ENOENT') {
    return failure('ENOENT', 'directory', directory, `The working directory ${directory} does not exist`)
  }
  if (typeof stats === 'string') {
    return failure(stats, 'directory', directory, `The working directory ${directory} cannot be used (${stats})`)
  }
  if (!stats.isDirectory()) {
    return failure('ENOTDIR', 'directory', directory, `The working directory ${directory} is not a directory`)
  }
  if (!mayExecute(directory)) {
    return failure('EACCES', 'permission', directory, `No permission to enter the working directory ${directory}`)
  }
  return undefined
}

/** The nearest directory above `path` that may not be searched, worded. */
function noSearch(path: string): SpawnError {
  let directory = dirname(path)
  for (let above = dirname(directory); above !== directory; above = dirname(directory)) {
    if (typeof tryStat(directory) !== 'string') break
    directory = above
  }
  return failure('EACCES', 'permission', directory, `No permission to look into the directory ${directory}`)
}

function checkProgram(path: string): Lookup {
  const stats = tryStat(path)
  if (stats === 'EACCES') return noSearch(path)
  if (stats === 'ENOENT' || stats === 'ENOTDIR') {
    return failure('ENOENT', 'program', path, `There is no program at ${path}`)
  }
  if (typeof stats === 'string') return failure(stats, 'other', path, `${path} cannot be looked at (${stats})`)
  if (stats.isDirectory()) return failure('EACCES', 'permission', path, `${path} is a directory, not a program`)
  if (!mayExecute(path)) {
    return failure('EACCES', 'permission', path, `${path} is not executable; chmod +x ${path} makes it so`)
  }
  return checkContent(path)
}

/** Looks at the first bytes: the interpreter must be there, and machine code must be for this machine. */
function checkContent(path: string): Lookup {
  const head = readHead(path)
  // Execute permission without read permission is fine for the kernel, so only the exec itself can tell.
  if (!head) return { path, script: false }
  if (head.subarray(0, 2).toString('latin1') === '#!') return checkInterpreter(path, head)
  if (head.subarray(0, 4).toString('latin1') === '\x7fELF') return checkMachine(path, head)
  return { path, script: !head.subarray(0, 128).includes(0) }
}

function readHead(path: string): Buffer | undefined {
  const head = Buffer.alloc(256)
  try {
    const fd = openSync(path, 'r')
    try {
      return head.subarray(0, readSync(fd, head, 0, head.length, 0))
    } finally {
      closeSync(fd)
    }
  } catch {
    return undefined
  }
}

function checkInterpreter(path: string, head: Buffer): Lookup {
  const line = head.toString('utf8').split('\n', 1)[0] ?? ''
  const words = line.slice(2).trim().split(/\s+/)
  const interpreter = words[0] ?? ''
  // The kernel takes the carriage return of a DOS file as part of the name.
  if (line.endsWith('\r')) {
    return failure(
      'ENOENT',
      'interpreter',
      interpreter,
      `${path} has DOS line ends: its first line asks for an interpreter "${interpreter}\\r"; dos2unix ${path} helps`,
    )
  }
  if (!interpreter)
    return failure('ENOEXEC', 'interpreter', path, `${path} names no interpreter after #! in its first line`)
  const stats = tryStat(interpreter)
  if (typeof stats === 'string') {
    return failure(
      stats,
      'interpreter',
      interpreter,
      `The interpreter ${interpreter}, named in the first line of ${path}, ${stats === 'ENOENT' ? 'does not exist' : `cannot be used (${stats})`}`,
    )
  }
  if (!stats.isFile() || !mayExecute(interpreter)) {
    return failure(
      'EACCES',
      'interpreter',
      interpreter,
      `The interpreter ${interpreter}, named in the first line of ${path}, is not executable`,
    )
  }
  const isEnv = basename(interpreter) === 'env'
  const runtime = isEnv ? words.slice(1).find((word) => !/^-|=/.test(word)) : interpreter
  return { path, script: false, runtime: basename(runtime ?? interpreter) }
}

/** `e_machine` of an ELF header, for what Node runs on. */
const machines: Partial<Record<NodeJS.Architecture, number>> = {
  x64: 62,
  arm64: 183,
  ia32: 3,
  arm: 40,
  riscv64: 243,
  s390x: 22,
  ppc64: 21,
  loong64: 258,
}
const machineNames: Readonly<Record<number, string>> = {
  3: 'x86',
  8: 'MIPS',
  21: 'PowerPC 64',
  22: 's390x',
  40: 'ARM',
  62: 'x86-64',
  183: 'ARM64',
  243: 'RISC-V',
  258: 'LoongArch',
}
/** Programs of the 32-bit predecessor usually run too; the exec decides. */
const alsoRuns: Partial<Record<NodeJS.Architecture, number>> = { x64: 3, arm64: 40 }

function checkMachine(path: string, head: Buffer): Lookup {
  const ours = machines[process.arch]
  if (head.length < 20 || ours === undefined) return { path, script: false }
  const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18)
  if (machine === ours || machine === alsoRuns[process.arch]) return { path, script: false }
  return failure(
    'ENOEXEC',
    'format',
    path,
    `${path} is built for ${machineNames[machine] ?? `machine type ${machine}`}, this machine is ${machineNames[ours]}`,
  )
}

interface Named {
  name: string
  bytes: number
}

function strings(request: SpawnRequest): Named[] {
  return [
    ...request.argv.map((word, index) => ({
      name: index === 0 ? 'the program name' : `argument ${index}`,
      bytes: Buffer.byteLength(word) + 1,
    })),
    ...Object.entries(request.env).map(([name, value]) => ({
      name,
      bytes: Buffer.byteLength(name) + Buffer.byteLength(value) + 2,
    })),
  ]
}

function checkStrings(request: SpawnRequest): SpawnError | undefined {
  let characters = 0
  for (const [index, word] of request.argv.entries()) {
    characters += word.length
    if (word.includes('\0')) return unfit(`argument ${index}`, `Argument ${index} contains a NUL character`)
  }
  for (const name in request.env) {
    const value = request.env[name] ?? ''
    characters += name.length + value.length
    if (value.includes('\0')) return unfit(name, `The variable ${name} contains a NUL character`)
    if (name === '' || name.includes('=') || name.includes('\0')) {
      return unfit(name, `"${name}" cannot be the name of a variable`)
    }
  }
  // Nearly every start ends here, without a measurement in bytes.
  if (characters * 3 < longestStringBytes) return undefined
  const longest = longestOf(strings(request))
  return longest.bytes > longestStringBytes ? tooLong(longest) : undefined
}

function unfit(subject: string, message: string): SpawnError {
  return failure('EINVAL', 'arguments', subject, `${message}, which no program can be given`)
}

function longestOf(all: readonly Named[]): Named {
  return all.reduce((most, each) => (each.bytes > most.bytes ? each : most))
}

function tooLong(longest: Named): SpawnError {
  return failure(
    'E2BIG',
    'arguments',
    longest.name,
    `${longest.name} is ${longest.bytes - 1} bytes long; the system takes at most ${longestStringBytes - 1} in one argument or variable`,
  )
}

/** Names what is too much after the kernel has said E2BIG about all of it together. */
export function explainTooBig(request: SpawnRequest): SpawnError {
  const all = strings(request)
  const longest = longestOf(all)
  const total = all.reduce((sum, each) => sum + each.bytes, 0)
  if (longest.bytes > longestStringBytes) return tooLong(longest)
  return failure(
    'E2BIG',
    'arguments',
    longest.name,
    `Arguments and environment are ${total} bytes together, more than the system takes; the largest is ${longest.name} with ${longest.bytes} bytes`,
  )
}

const retryableCodes: ReadonlyMap<string, string> = new Map([
  ['EAGAIN', 'no more processes are allowed right now (a process limit is reached)'],
  ['ENOMEM', 'there is not enough memory for another process'],
  ['EMFILE', 'the agent has no file descriptors left'],
  ['ENFILE', 'the machine has no file descriptors left'],
  ['ETXTBSY', 'the program file is being written to'],
])

/** What an error number of a spawn means for this request. */
export function explainSpawn(code: string, request: SpawnRequest, path: string): SpawnError {
  if (code === 'E2BIG') return explainTooBig(request)
  // The file system may have changed between the look and the start.
  const again = lookUpProgram(request)
  if (again instanceof SpawnError) return again
  const shortage = retryableCodes.get(code)
  if (shortage) return failure(code, 'resources', path, `${basename(path)} cannot be started: ${shortage}`, true)
  if (code === 'ENOEXEC') {
    return failure(code, 'format', path, `${path} is not a program that this machine can run`)
  }
  if (code === 'EACCES')
    return failure(
      code,
      'permission',
      path,
      `The system does not let ${path} be executed (is its file system mounted noexec?)`,
    )
  if (code === 'ENOENT')
    return failure(
      code,
      'interpreter',
      path,
      `${path} needs a loader or interpreter that does not exist on this machine`,
    )
  return failure(code, 'other', path, `${path} cannot be started (${code})`)
}
