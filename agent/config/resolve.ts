import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { parse as parseDotenv } from 'dotenv'
import { longestStringBytes } from './build/commands.ts'
import { environmentBytes, variableBytes } from './build/environment.ts'
import { expandHome } from './home.ts'
import type { CommandSpec, LateReference, LateText, Range, ServiceSpec } from './model.ts'

/** A service as it is about to be started: every value known. */
export interface ResolvedService {
  command: ResolvedCommand
  /** Absolute. */
  cwd: string
  user?: string
  group?: string
  umask?: number
  nice?: number
  /**
   * What goes over the agent's own environment (or over nothing, without `inheritEnv`): the env files, `environment`, and
   * `PORT`. The supervisor takes out `HXE_*` of its own and adds the service's.
   */
  environment: Readonly<Record<string, string>>
  inheritEnv: boolean
  /** Names in `environment` whose values are masked wherever they are shown. */
  secretNames: readonly string[]
  stopCommand?: ResolvedCommand
  reloadCommand?: ResolvedCommand
  /** What is watched, absolute; where nothing is named, the directory that it runs in. */
  watchPaths: string[]
  hooks: { preStart: ResolvedHook[]; postStart: ResolvedHook[]; postStop: ResolvedHook[] }
}
export interface ResolvedCommand {
  argv: string[]
  /** `argv` is one text for the platform's shell. */
  shell: boolean
}
export interface ResolvedHook extends ResolvedCommand {
  timeoutMs: number
  onFailure: 'fail' | 'ignore'
}

/** A value that a start needs and that is not to be had. */
export interface MissingValue {
  what: 'env' | 'credential' | 'file' | 'env-file' | 'too-long'
  /** The variable, credential or path. */
  name: string
  /** A sentence for a person. */
  message: string
  range: Range
}

export interface ResolveContext {
  /** The agent's environment, which `env:NAME` reads. */
  env: Readonly<Record<string, string | undefined>>
  /** The number of the instance, from 0. */
  replica: number
  /** A credential's value, or `undefined` when there is none of this name. */
  credentials?: (name: string) => string | undefined
  /** @throws when the file cannot be read */
  readFile: (path: string) => string
  /** What `~` stands for. */
  home?: string
}

export type Resolution = { resolved: ResolvedService } | { missing: MissingValue[] }

/** Looks up what was left open, as late as a start can: everything that is missing is told at once. */
export function resolveService(spec: ServiceSpec, context: ResolveContext): Resolution {
  const lookUp = new LookUp(spec, context)
  const environment = lookUp.environment()
  const stopCommand = spec.stop.command && lookUp.command(spec.stop.command)
  const reloadCommand = spec.reload?.command && lookUp.command(spec.reload.command)
  const hooks = (list: ServiceSpec['hooks']['preStart']): ResolvedHook[] =>
    list.map(({ command, timeoutMs, onFailure }) => ({ ...lookUp.command(command), timeoutMs, onFailure }))
  const resolved: ResolvedService = {
    command: lookUp.command(spec.command),
    cwd: lookUp.directory(),
    environment,
    inheritEnv: spec.inheritEnv,
    watchPaths: lookUp.watchPaths(),
    secretNames: [...spec.environment].flatMap(([name, text]) => (text.secret ? [name] : [])),
    hooks: {
      preStart: hooks(spec.hooks.preStart),
      postStart: hooks(spec.hooks.postStart),
      postStop: hooks(spec.hooks.postStop),
    },
  }
  if (spec.user !== undefined) resolved.user = lookUp.text(spec.user)
  if (spec.group !== undefined) resolved.group = lookUp.text(spec.group)
  if (spec.umask !== undefined) resolved.umask = spec.umask
  if (spec.nice !== undefined) resolved.nice = spec.nice
  if (stopCommand !== undefined) resolved.stopCommand = stopCommand
  if (reloadCommand !== undefined) resolved.reloadCommand = reloadCommand
  return lookUp.missing.length > 0 ? { missing: lookUp.missing } : { resolved }
}

class LookUp {
  readonly missing: MissingValue[] = []
  private readonly spec: ServiceSpec
  private readonly context: ResolveContext
  /** The folder of the service's file: what relative paths are relative to. */
  private readonly folder: string

  constructor(spec: ServiceSpec, context: ResolveContext) {
    this.spec = spec
    this.context = context
    this.folder = resolve(dirname(spec.range.file))
  }

  text(text: LateText): string {
    return text.parts.map((part) => (typeof part === 'string' ? part : this.reference(part))).join('')
  }

  command(command: CommandSpec): ResolvedCommand {
    return { argv: command.argv.map((word) => this.text(word)), shell: command.shell }
  }

  directory(): string {
    return this.spec.workingDir === undefined ? this.folder : this.path(this.text(this.spec.workingDir))
  }

  watchPaths(): string[] {
    if (this.spec.watch === undefined) return []
    const directory = this.directory()
    const paths = this.spec.watch.paths.map((path) => expandHome(this.text(path), this.context.home ?? homedir()))
    return paths.length === 0 ? [directory] : paths.map((path) => resolve(directory, path))
  }

  environment(): Record<string, string> {
    const variables: Record<string, string> = Object.create(null)
    for (const file of this.spec.envFiles) this.addFile(file, variables)
    for (const [name, text] of this.spec.environment) variables[name] = this.text(text)
    const [first] = this.spec.ports
    const port = variables.PORT ?? (first === undefined ? undefined : String(first.port))
    if (port !== undefined) variables.PORT = this.movePort(port)
    this.checkSizes(variables)
    return variables
  }

  /** `PORT` moves on with each replica, wherever it was set. */
  private movePort(port: string): string {
    const { replica } = this.context
    if (replica === 0 || !/^\d{1,5}$/.test(port)) return port
    return String(Number(port) + replica * this.spec.portStep)
  }

  private addFile(file: LateText, variables: Record<string, string>): void {
    const path = this.path(this.text(file))
    const text = this.read(path, 'env-file', file.range)
    if (text === undefined) return
    for (const [name, value] of Object.entries(parseDotenv(text))) variables[name] = value
  }

  private path(path: string): string {
    return resolve(this.folder, expandHome(path, this.context.home ?? homedir()))
  }

  private reference(reference: LateReference): string {
    switch (reference.from) {
      case 'env':
        return this.variable(reference)
      case 'credential': {
        const value = this.context.credentials?.(reference.name)
        if (value === undefined) {
          this.lack('credential', reference.name, `There is no credential "${reference.name}".`, reference.range)
        }
        return value ?? ''
      }
      case 'file':
        // The line end that editors put at the end of a file is not part of a password.
        return (this.read(this.path(reference.path), 'file', reference.range) ?? '').replace(/\r?\n$/, '')
    }
  }

  private variable(reference: Extract<LateReference, { from: 'env' }>): string {
    const { name, fallback, range } = reference
    const value = this.context.env[name] ?? fallback
    if (value === undefined) this.lack('env', name, `The environment variable ${name} is not set.`, range)
    return value ?? ''
  }

  private read(path: string, what: 'file' | 'env-file', range: Range): string | undefined {
    try {
      return this.context.readFile(path)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      const reason = code === 'ENOENT' ? 'it does not exist' : error instanceof Error ? error.message : String(error)
      const kind = what === 'file' ? 'file' : 'env_file'
      this.lack(what, path, `The ${kind} ${path} cannot be read: ${reason}.`, range)
      return undefined
    }
  }

  private checkSizes(variables: Readonly<Record<string, string>>): void {
    let total = 0
    for (const [name, value] of Object.entries(variables)) {
      const bytes = variableBytes(name, value)
      total += bytes
      if (bytes > longestStringBytes) {
        const range = this.spec.environment.get(name)?.range ?? this.spec.range
        this.lack('too-long', name, `${name} has ${bytes} bytes; the system takes no variable that long.`, range)
      }
    }
    if (total <= environmentBytes) return
    const message = `The environment has ${total} bytes; the system takes 2 MB with all arguments.`
    this.lack('too-long', 'environment', message, this.spec.range)
  }

  private lack(what: MissingValue['what'], name: string, message: string, range: Range): void {
    const isKnown = this.missing.some((other) => other.what === what && other.name === name)
    if (!isKnown) this.missing.push({ what, name, message, range })
  }
}
