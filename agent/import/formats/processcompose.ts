import { posix } from 'node:path'
import { boolOf, type Data, dataOf, entriesOf, numberOf, textOf, textsOf, variablesOf } from '../data.ts'
import { compact, durationOf, noteSecrets, portsIn, quoteWord, signalOf } from '../text.ts'
import {
  ImportError,
  type Imported,
  type ImportedService,
  type Note,
  type Reader,
  type Value,
  type Values,
} from '../types.ts'
import { readYaml } from '../yaml.ts'

const carried = new Set([
  ...[
    'command',
    'working_dir',
    'environment',
    'env_file',
    'depends_on',
    'availability',
    'readiness_probe',
    'liveness_probe',
  ],
  ...[
    'namespace',
    'replicas',
    'shutdown',
    'disabled',
    'description',
    'schedule',
    'is_daemon',
    'log_location',
    'entrypoint',
  ],
])

export const readProcessCompose: Reader = (text, { folder, file }) => {
  const yaml = readYaml(text)
  const root = dataOf(yaml.value)
  const processes = dataOf(root.processes)
  if (Object.keys(processes).length === 0) throw new ImportError('It has no processes.')
  const notes: Note[] = []
  const at = (path: string): string => (posix.isAbsolute(path) ? path : posix.join(folder.path, path))
  const services = entriesOf(processes).map(([name, item]): ImportedService => {
    const data = dataOf(item)
    const note = (part: string, why: string): void => {
      const line = yaml.line(['processes', name, part])
      notes.push({ what: `${name}: ${part}`, why, ...(line ? { line } : {}) })
    }
    for (const part of Object.keys(data)) if (!carried.has(part)) note(part, 'It has no counterpart.')
    if (boolOf(data.is_daemon))
      note('is_daemon', 'HXE follows the process that it starts; let the program stay in the foreground.')
    const environment = Object.fromEntries(
      [...variablesOf(root.environment), ...variablesOf(data.environment)].map(([key, value]): [string, Value] => [
        key,
        value ?? '',
      ]),
    )
    notes.push(...noteSecrets(name, environment, file))
    const argv = textsOf(data.entrypoint)
    const line = textOf(data.command) ?? ''
    const schedule = dataOf(data.schedule)
    const cron = textOf(schedule.cron)
    if (schedule.interval !== undefined && cron === undefined)
      note('schedule', 'An interval is not a cron expression; give it a schedule.')
    const replicas = numberOf(data.replicas)
    const ports = portsIn(line)
    return {
      name,
      values: compact({
        description: textOf(data.description),
        ...(line === '' && argv.length > 0
          ? { command: argv[0] ?? '', args: argv.slice(1) }
          : { command: line, shell: true }),
        working_dir: at(textOf(data.working_dir) ?? '.'),
        environment,
        env_file: textsOf(data.env_file).map(at),
        enabled: boolOf(data.disabled) === true ? false : undefined,
        namespace: textOf(data.namespace),
        replicas: replicas !== undefined && replicas > 1 ? replicas : undefined,
        ports,
        ...(cron === undefined ? {} : { type: 'cron', schedule: cron, timezone: textOf(schedule.timezone) }),
        ...availability(dataOf(data.availability), cron !== undefined),
        depends_on: dependencies(data.depends_on, note),
        stop: stop(dataOf(data.shutdown)),
        health_check: [
          ...probe('readiness', dataOf(data.readiness_probe), note),
          ...probe('liveness', dataOf(data.liveness_probe), note),
        ],
      }),
    }
  })
  return { services, notes } satisfies Imported
}

function availability(data: Data, isCron: boolean): Values {
  const said = textOf(data.restart)
  const policy = said === undefined || said === 'no' || said === 'exit_on_failure' ? 'never' : said.replaceAll('_', '-')
  const delay = numberOf(data.backoff_seconds)
  const most = numberOf(data.max_restarts)
  const known = ['never', 'always', 'on-failure'].includes(policy) ? policy : undefined
  return {
    restart: compact({
      policy: isCron ? undefined : known,
      delay: delay ? durationOf(delay * 1000) : undefined,
      max_retries: most && most > 0 ? most : undefined,
      max_delay: delay && delay > 60 ? durationOf(delay * 1000) : undefined,
    }),
  }
}

function dependencies(value: unknown, note: (part: string, why: string) => void): Value[] {
  const blocks = entriesOf(value).map(([service, item]) => {
    const condition = textOf(dataOf(item).condition)?.replace('process_', '') ?? 'completed'
    if (condition === 'completed')
      note('depends_on', `It waits until ${service} has ended, however it does; here it waits for success.`)
    if (condition === 'log_ready')
      note('depends_on', `Waiting for a line in the log of ${service} becomes waiting for its start.`)
    const known = condition === 'healthy' ? 'healthy' : condition.startsWith('completed') ? 'completed' : undefined
    return compact({ service, condition: known })
  })
  return blocks.every((block) => block.condition === undefined) ? blocks.map((block) => block.service ?? '') : blocks
}

function stop(data: Data): Values {
  const signal = signalOf(textOf(data.signal) ?? '')
  const timeout = numberOf(data.timeout_seconds)
  const command = textOf(data.command)
  return compact({
    signal,
    timeout: timeout ? durationOf(timeout * 1000) : undefined,
    command: command === undefined ? undefined : `sh -c ${quoteWord(command)}`,
  })
}

function probe(purpose: 'readiness' | 'liveness', data: Data, note: (part: string, why: string) => void): Values[] {
  const http = dataOf(data.http_get)
  const command = textOf(dataOf(data.exec).command)
  const port = textOf(http.port)
  if (command === undefined && port === undefined) {
    if (Object.keys(data).length > 0) note(`${purpose}_probe`, 'It has neither http_get with a port nor exec.')
    return []
  }
  const host = textOf(http.host) ?? '127.0.0.1'
  const seconds = (name: string): string | undefined => {
    const number = numberOf(data[name])
    return number && number > 0 ? durationOf(number * 1000) : undefined
  }
  const count = (name: string): number | undefined => {
    const number = numberOf(data[name])
    return number !== undefined && number >= 1 ? Math.floor(number) : undefined
  }
  return [
    compact({
      label: purpose,
      purpose: purpose === 'liveness' ? purpose : undefined,
      url:
        command === undefined
          ? `${textOf(http.scheme) ?? 'http'}://${host}:${port}${textOf(http.path) ?? '/'}`
          : undefined,
      command: command === undefined ? undefined : `sh -c ${quoteWord(command)}`,
      interval: seconds('period_seconds'),
      timeout: seconds('timeout_seconds'),
      start_period: seconds('initial_delay_seconds'),
      retries: count('failure_threshold'),
      success_threshold: count('success_threshold'),
      on_failure: purpose === 'liveness' ? 'restart' : undefined,
    }),
  ]
}
