import { posix } from 'node:path'
import { parse as parseDotenv } from 'dotenv'
import {
  boolOf,
  type Data,
  dataOf,
  entriesOf,
  isData,
  millisecondsOf,
  numberOf,
  textOf,
  textsOf,
  variablesOf,
} from '../data.ts'
import { limits } from '../limits.ts'
import { commandOf, compact, durationOf, noteSecrets, quoteWord, signalOf, wordsOf } from '../text.ts'
import {
  ImportError,
  type Imported,
  type ImportedService,
  type Note,
  type Reader,
  type ReadOptions,
  Template,
  type Value,
  type Values,
} from '../types.ts'
import { readYaml, type YamlFile } from '../yaml.ts'
import { interpolate, restore } from './interpolate.ts'

/** Parts of a service that only make sense in a container, or that are said with another. */
const silent = new Set([
  ...['image', 'build', 'command', 'entrypoint', 'environment', 'env_file', 'ports', 'depends_on', 'healthcheck'],
  ...[
    'restart',
    'working_dir',
    'extends',
    'profiles',
    'container_name',
    'hostname',
    'stop_signal',
    'stop_grace_period',
  ],
  ...[
    'labels',
    'tty',
    'stdin_open',
    'init',
    'expose',
    'logging',
    'platform',
    'pull_policy',
    'scale',
    'deploy',
    'networks',
  ],
])

/** The services of a compose file. What runs inside an image is told apart from what can run here. */
export const readCompose: Reader = (text, options) => {
  const yaml = readYaml(text)
  const named = dataOf(dataOf(yaml.value).services)
  if (Object.keys(named).length === 0) throw new ImportError('It has no services.')
  const notes: Note[] = []
  const dotenv = variables(options.folder.read('.env'))
  const others: string[] = []
  const services = Object.keys(named).flatMap((name): ImportedService[] => {
    const data = dataOf(interpolate(extended(named, name, options, 0), dotenv))
    const values = new OneService(name, data, yaml, options, notes).values()
    if (values !== undefined) return [{ name, values }]
    if (textOf(data.image) !== undefined) others.push(name)
    return []
  })
  return { services, notes, others } satisfies Imported
}

function variables(text: string | undefined): ReadonlyMap<string, string> {
  return new Map(Object.entries(text === undefined ? {} : parseDotenv(text)))
}

/** A service with what it extends, in this file or another one, merged as compose does it. */
function extended(named: Data, name: string, options: ReadOptions, depth: number): Data {
  if (depth > limits.extends) throw new ImportError(`"${name}" extends others without end.`)
  const own = dataOf(named[name])
  const from = typeof own.extends === 'string' ? { service: own.extends } : dataOf(own.extends)
  const base = textOf(from.service)
  if (base === undefined) return own
  const file = textOf(dataOf(from).file)
  let others = named
  if (file !== undefined) {
    const text = options.folder.read(file)
    if (text === undefined) throw new ImportError(`"${name}" extends ${file}, which is not in the chosen folder.`)
    others = dataOf(dataOf(readYaml(text).value).services)
  }
  if (others[base] === undefined) throw new ImportError(`"${name}" extends "${base}", which is not there.`)
  return merge(extended(others, base, options, depth + 1), own)
}

const lists = new Set(['ports', 'expose', 'env_file', 'volumes', 'profiles'])
function merge(base: Data, own: Data): Data {
  const merged: Record<string, unknown> = Object.assign(Object.create(null), base)
  // What a service waits for is not inherited, as in compose.
  delete merged.depends_on
  for (const [name, value] of Object.entries(own)) {
    if (name === 'environment') {
      merged[name] = Object.fromEntries(
        [...variablesOf(base[name]), ...variablesOf(value)].map(([key, item]) => [key, item ?? null]),
      )
    } else if (lists.has(name)) merged[name] = [base[name] ?? [], value].flat()
    else merged[name] = isData(value) && isData(base[name]) ? { ...dataOf(base[name]), ...value } : value
  }
  return merged
}

class OneService {
  private readonly name: string
  private readonly data: Data
  private readonly yaml: YamlFile
  private readonly options: ReadOptions
  private readonly notes: Note[]

  constructor(name: string, data: Data, yaml: YamlFile, options: ReadOptions, notes: Note[]) {
    this.name = name
    this.data = data
    this.yaml = yaml
    this.options = options
    this.notes = notes
  }

  values(): Values | undefined {
    const { data } = this
    const argv = [...this.words('entrypoint'), ...this.words('command')]
    const image = textOf(data.image)
    const inImage = argv.length === 0 || (image !== undefined && data.build === undefined)
    // A person who asks for an image by its name wants it started.
    const isAsked = this.options.docker || this.options.wanted?.includes(this.name)
    if (inImage && !isAsked) {
      this.tellImage(image, argv)
      return undefined
    }
    if (inImage && image === undefined) {
      this.note('build', 'It runs what its Dockerfile says, which is not read.', 'Give the command that starts it.')
      return undefined
    }
    for (const part of Object.keys(data).filter((part) => !silent.has(part) && !(inImage && part === 'volumes'))) {
      this.note(
        part,
        part === 'volumes'
          ? 'Volumes are mounted into containers only; here the program sees the files themselves.'
          : 'It has no meaning outside a container, or no counterpart.',
      )
    }
    const environment = this.environment()
    this.notes.push(...noteSecrets(this.name, environment, this.options.file))
    if (inImage) return compact({ ...this.dockerValues(image ?? '', argv, environment), ...this.common() })
    const build = data.build
    return compact({
      ...commandOf(argv),
      working_dir: this.path(textOf(isData(build) ? build.context : build) ?? '.'),
      environment,
      env_file: this.envFiles(),
      ports: this.ports().map(({ inner, outer }) => {
        if (outer !== undefined && outer !== inner) {
          this.note(
            'ports',
            `It is reached at ${outer} and listens on ${inner} itself; without a container there is no such mapping.`,
          )
        }
        return inner
      }),
      ...this.common(),
      health_check: this.healthCheck(),
    })
  }

  private common(): Values {
    const { data } = this
    const profiles = textsOf(data.profiles)
    const scale = numberOf(data.scale) ?? numberOf(dataOf(data.deploy).replicas)
    const grace = millisecondsOf(data.stop_grace_period)
    const signal = textOf(data.stop_signal)
    return compact({
      autostart: profiles.length > 0 ? false : undefined,
      tags: profiles,
      replicas: scale !== undefined && scale > 1 ? Math.min(1000, Math.floor(scale)) : undefined,
      depends_on: this.dependencies(),
      restart: this.restart(),
      stop: compact({
        signal: signal === undefined ? undefined : signalOf(signal),
        timeout: grace ? durationOf(grace) : undefined,
      }),
    })
  }

  private words(part: 'entrypoint' | 'command'): string[] {
    const value = this.data[part]
    if (typeof value !== 'string') return textsOf(value)
    const words = wordsOf(value)
    if (words === undefined) this.note(part, 'A quote in it is not closed, so it was not read.')
    return words ?? []
  }

  private environment(): Values {
    return Object.fromEntries(
      variablesOf(this.data.environment).map(([name, value]): [string, Value] => [
        name,
        value === undefined ? new Template([{ env: name }]) : restore(value),
      ]),
    )
  }

  private envFiles(): string[] {
    const { env_file: value } = this.data
    const files = (Array.isArray(value) ? value : [value]).map((item) =>
      isData(item) ? textOf(item.path) : textOf(item),
    )
    return files.filter((file) => file !== undefined).map((file) => this.path(file))
  }

  private ports(): { inner: number; outer?: number }[] {
    const listed = Array.isArray(this.data.ports) ? this.data.ports : []
    return listed.flatMap((item) => {
      const text = isData(item) ? `${textOf(item.published) ?? ''}:${textOf(item.target) ?? ''}` : (textOf(item) ?? '')
      const match = /^(?:(?:[\d.]+|\[[^\]]*\]):)?(?:(\d*):)?(\d+)(?:\/(\w+))?$/.exec(text)
      if (match === null || match[3] === 'udp') {
        this.note('ports', `"${text.slice(0, 60)}" is not a single TCP port.`)
        return []
      }
      const inner = Number(match[2])
      const outer = match[1] ? Number(match[1]) : undefined
      return [inner, outer ?? 1].every((port) => port >= 1 && port <= 65_535)
        ? [{ inner, ...(outer ? { outer } : {}) }]
        : []
    })
  }

  private dependencies(): Value[] {
    const { depends_on: value } = this.data
    if (Array.isArray(value)) return textsOf(value)
    const blocks = entriesOf(value).map(([service, item]) => {
      const condition = textOf(dataOf(item).condition)?.replace('service_', '')
      return compact({
        service,
        condition: condition === 'healthy' ? 'healthy' : condition?.startsWith('completed') ? 'completed' : undefined,
        restart: boolOf(dataOf(item).restart) === true ? true : undefined,
      })
    })
    return blocks.every((block) => Object.keys(block).length === 1)
      ? blocks.map(({ service }) => service ?? '')
      : blocks
  }

  private restart(): Values {
    const [said, retries] = (
      textOf(this.data.restart) ??
      textOf(dataOf(dataOf(this.data.deploy).restart_policy).condition) ??
      'no'
    ).split(':')
    const policy = said === 'no' || said === 'none' ? 'never' : said === 'any' ? 'always' : said
    const known = ['never', 'always', 'on-failure', 'unless-stopped'].includes(policy ?? '')
    return compact({ policy: known ? policy : undefined, max_retries: numberOf(retries) })
  }

  private healthCheck(): Value[] {
    const check = dataOf(this.data.healthcheck)
    const test = check.test
    const words = typeof test === 'string' ? ['CMD-SHELL', test] : textsOf(test)
    if (words.length === 0 || words[0] === 'NONE' || boolOf(check.disable) === true) return []
    const command =
      words[0] === 'CMD-SHELL'
        ? `sh -c ${quoteWord(words.slice(1).join(' '))}`
        : words
            .slice(words[0] === 'CMD' ? 1 : 0)
            .map(quoteWord)
            .join(' ')
    const time = (name: string): string | undefined => {
      const milliseconds = millisecondsOf(check[name])
      return milliseconds ? durationOf(milliseconds) : undefined
    }
    const retries = numberOf(check.retries)
    return [
      compact({
        command,
        interval: time('interval') ?? '30s',
        timeout: time('timeout') ?? '30s',
        retries: retries !== undefined && retries >= 1 ? retries : undefined,
        start_period: time('start_period'),
      }),
    ]
  }

  private dockerValues(image: string, argv: readonly string[], environment: Values): Values {
    return compact({
      ...commandOf(this.dockerArgv(image, argv)),
      working_dir: this.options.folder.path,
      environment,
      ports: this.ports().flatMap(({ outer }) => outer ?? []),
    })
  }

  /** Variables are named only: `docker` takes their values from its own environment, where no list of processes shows them. */
  private dockerArgv(image: string, argv: readonly string[]): string[] {
    const ports = this.ports().flatMap(({ inner, outer }) => ['-p', `${outer ?? inner}:${inner}`])
    const names = variablesOf(this.data.environment).flatMap(([name]) => ['-e', name])
    const files = this.envFiles().flatMap((file) => ['--env-file', file])
    const mounts = textsOf(this.data.volumes).flatMap((volume) => [
      '-v',
      volume.startsWith('.') ? this.path(volume.split(':', 1)[0] ?? '') + volume.slice(volume.indexOf(':')) : volume,
    ])
    const entry = this.words('entrypoint')
    const head = entry.length > 0 ? ['--entrypoint', entry[0] ?? ''] : []
    return [
      'docker',
      'run',
      '--rm',
      '--init',
      ...ports,
      ...names,
      ...files,
      ...mounts,
      ...head,
      image,
      ...argv.slice(entry.length > 0 ? 1 : 0),
    ]
  }

  private tellImage(image: string | undefined, argv: readonly string[]): void {
    if (image === undefined)
      this.note(
        'build',
        'It runs what its Dockerfile says, which is not read.',
        'Add it with the command that starts it.',
      )
    else
      this.note(
        'image',
        `It runs inside the image ${image}, and HXE starts programs of this machine.`,
        `With Docker here, its command can be: ${this.dockerArgv(image, argv).map(quoteWord).join(' ')}`,
      )
  }

  private path(path: string): string {
    return posix.isAbsolute(path) ? path : posix.join(this.options.folder.path, path)
  }

  private note(part: string, why: string, suggestion?: string): void {
    const line = this.yaml.line(['services', this.name, part])
    this.notes.push({
      what: `${this.name}: ${part}`,
      why,
      ...(line ? { line } : {}),
      ...(suggestion ? { suggestion } : {}),
    })
  }
}
