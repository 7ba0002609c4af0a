/**
 * Facts of this machine that a configuration counts on: users, groups, directories, programs, files. What is missing is a
 * warning, since the same files may be right for another machine. Worker-side: it uses node:fs directly.
 */
import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
import { expandHome } from '../home.ts'
import type { Configuration, LateText, ServiceSpec } from '../model.ts'
import { didYouMean, type Place, type Problems } from '../problems.ts'
import type { BlockSettings } from '../settings/read.ts'
import type { Item } from '../values/decode.ts'
import { shorten } from '../values/names.ts'

interface MachineContext {
  problems: Problems
  env: Readonly<Record<string, string | undefined>>
}

export function checkMachine(root: BlockSettings, configuration: Configuration, context: MachineContext): void {
  const machine = new Machine(context, configuration.groups)
  for (const block of root.blocks.get('service') ?? []) {
    const service = configuration.services.get(block.label ?? '')
    if (service !== undefined) machine.checkService(block, service)
  }
  const [tls] = root.blocks.get('server')?.[0]?.blocks.get('tls') ?? []
  for (const name of ['cert_file', 'key_file']) {
    const setting = tls?.attributes.get(name)
    if (setting !== undefined) machine.checkFile(name, setting)
  }
}

/** Looks each thing up once, however many services name it. */
class Machine {
  private readonly context: MachineContext
  private readonly groups: Configuration['groups']
  private readonly known = new Map<string, boolean>()
  private readonly databases = new Map<string, string[] | undefined>()

  constructor(context: MachineContext, groups: Configuration['groups']) {
    this.context = context
    this.groups = groups
  }

  checkService(block: BlockSettings, service: ServiceSpec): void {
    const user = block.attributes.get('user')
    const group = block.attributes.get('group')
    if (user !== undefined) this.checkName('user', '/etc/passwd', user)
    if (group !== undefined) this.checkName('group', '/etc/group', group)
    const directory = this.checkDirectory(block, service)
    for (const item of items(block, 'env_file')) this.checkFile('env_file', item)
    const command = block.attributes.get('command')
    if (directory !== undefined && command !== undefined && !service.command.shell) {
      this.checkProgram(service, directory, command.place)
    }
  }

  /** Where the service runs, or `undefined` where that is not known or not there. */
  private checkDirectory(block: BlockSettings, service: ServiceSpec): string | undefined {
    const folder = dirname(service.range.file)
    const setting = block.attributes.get('working_dir')
    if (setting === undefined) return resolve(folder)
    const text = plainText(setting.value)
    if (text === undefined) return undefined
    const path = resolve(folder, expandHome(text))
    if (this.look(`dir:${path}`, () => statSync(path).isDirectory())) return path
    this.warn(
      setting.place,
      'directory-missing',
      `There is no directory ${shorten(path, 200)}.`,
      'a directory that exists when the service starts',
    )
    return undefined
  }

  checkFile(name: string, item: Item): void {
    const text = plainText(item.value)
    if (text === undefined) return
    const path = resolve(dirname(item.place.source.file), expandHome(text))
    if (this.look(`file:${path}`, () => statSync(path).isFile())) return
    this.warn(
      item.place,
      'file-missing',
      `There is no file ${shorten(path, 200)} for ${name}.`,
      'a file that exists when it is needed',
    )
  }

  private checkName(kind: 'user' | 'group', database: string, item: Item): void {
    const name = plainText(item.value)
    const names = this.names(database)
    if (name === undefined || names === undefined || names.includes(name) || /^\d+$/.test(name)) return
    this.context.problems.warning(item.place, {
      code: `${kind}-missing`,
      message: `There is no ${kind} "${shorten(name)}" in ${database}.`,
      expected: `a ${kind} of this machine`,
      ...(kind === 'group' && this.groups.has(name)
        ? { suggestion: `To put it into that group of this configuration, write groups = ["${shorten(name)}"].` }
        : didYouMean(name, names)),
    })
  }

  private checkProgram(service: ServiceSpec, directory: string, place: Place): void {
    const program = plainText(service.command.argv[0])
    // Its own PATH decides; one that is known only later cannot be looked through now.
    const path = service.environment.has('PATH') ? plainText(service.environment.get('PATH')) : this.context.env.PATH
    if (program === undefined || program === '' || path === undefined) return
    if (
      this.look(`program:${program}:${program.includes('/') ? directory : path}`, () =>
        isProgram(program, directory, path),
      )
    )
      return
    this.warn(
      place,
      'program-missing',
      `The program ${shorten(program, 200)} is not found.`,
      'a program that is there when the service starts',
    )
  }

  private names(database: string): string[] | undefined {
    if (!this.databases.has(database)) this.databases.set(database, readNames(database))
    return this.databases.get(database)
  }

  private look(key: string, test: () => boolean): boolean {
    const before = this.known.get(key)
    if (before !== undefined) return before
    const answer = attempt(test)
    this.known.set(key, answer)
    return answer
  }

  private warn(place: Place, code: string, message: string, expected: string): void {
    this.context.problems.warning(place, { code, message, expected })
  }
}

function attempt(test: () => boolean): boolean {
  try {
    return test()
  } catch {
    // Not there, or not to be looked at: for the agent that is the same.
    return false
  }
}

function readNames(database: string): string[] | undefined {
  try {
    const lines = readFileSync(database, 'utf8').split('\n')
    return lines.flatMap((line) => line.split(':', 1)[0] || [])
  } catch {
    // Systems without this file keep their users elsewhere; nothing is claimed then.
    return undefined
  }
}

function items(block: BlockSettings, name: string): readonly Item[] {
  const value = block.attributes.get(name)?.value
  return Array.isArray(value) ? value : []
}

function plainText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || !('parts' in value)) return undefined
  const { parts } = value as LateText
  return parts.every((part) => typeof part === 'string') ? parts.join('') : undefined
}

function isProgram(program: string, directory: string, path: string): boolean {
  if (program.includes('/')) return isExecutable(isAbsolute(program) ? program : join(directory, program))
  return path.split(delimiter).some((entry) => attempt(() => isExecutable(join(resolve(directory, entry), program))))
}

function isExecutable(path: string): boolean {
  accessSync(path, constants.X_OK)
  return statSync(path).isFile()
}
