import { resolve } from 'node:path'
import { parse as parseDotenv } from 'dotenv'
import { longestStringBytes } from './build/commands.ts'
import { environmentBytes, variableBytes } from './build/environment.ts'
import { expandHome } from './home.ts'
import { type LateContext, LateTexts, type MissingValue } from './late.ts'
import type { CommandSpec, LateText, ServiceSpec } from './model.ts'

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

export interface ResolveContext extends LateContext {
  /** The number of the instance, from 0. */
  replica: number
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

class LookUp extends LateTexts {
  private readonly spec: ServiceSpec
  private readonly replica: number

  constructor(spec: ServiceSpec, context: ResolveContext) {
    super(spec.range.file, context)
    this.spec = spec
    this.replica = context.replica
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
    const paths = this.spec.watch.paths.map((path) => expandHome(this.text(path), this.home))
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
    const { replica } = this
    if (replica === 0 || !/^\d{1,5}$/.test(port)) return port
    return String(Number(port) + replica * this.spec.portStep)
  }

  private addFile(file: LateText, variables: Record<string, string>): void {
    const path = this.path(this.text(file))
    const text = this.read(path, 'env-file', file.range)
    if (text === undefined) return
    for (const [name, value] of Object.entries(parseDotenv(text))) variables[name] = value
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
}
