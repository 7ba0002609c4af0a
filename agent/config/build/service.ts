import { dirname } from 'node:path'
import type {
  CommandSpec,
  CronSpec,
  DependencySpec,
  HookSpec,
  LateText,
  LogSpec,
  RestartSpec,
  ScrapeSpec,
  ServiceSpec,
  StopSpec,
  WatchSpec,
} from '../model.ts'
import type { Problems } from '../problems.ts'
import { serviceSchema } from '../schema/index.ts'
import { Fields } from '../settings/fields.ts'
import type { BlockSettings } from '../settings/read.ts'
import { shorten } from '../values/names.ts'
import { parseUmask } from '../values/units.ts'
import { readCommand, readServiceCommand } from './commands.ts'
import { checkEnvironment } from './environment.ts'
import { fingerprintOf } from './fingerprint.ts'
import { readHealthChecks } from './health.ts'
import { optional } from './optional.ts'

/** What blocks came to that nothing was wrong with: one that is known from an earlier load comes to the same. */
const built = new WeakMap<BlockSettings, ServiceSpec>()

/** One service from its merged block. What is wrong with it alone is told here; what concerns others, afterwards. */
export function buildService(block: BlockSettings, problems: Problems): ServiceSpec | undefined {
  const known = built.get(block)
  if (known !== undefined) return known
  const { told } = problems
  const service = buildAnew(block, problems)
  if (service !== undefined && problems.told === told) built.set(block, service)
  return service
}

function buildAnew(block: BlockSettings, problems: Problems): ServiceSpec | undefined {
  const fields = new Fields(serviceSchema, block)
  const command = readServiceCommand(fields, problems)
  const { label } = block
  if (command === undefined || label === undefined) return undefined
  const cron = readCron(fields, problems)
  const spec: Omit<ServiceSpec, 'runFingerprint' | 'fingerprint'> = {
    name: label,
    range: block.place.source.range(block.place),
    type: fields.text('type') as ServiceSpec['type'],
    command,
    ...identity(fields),
    environment: readEnvironment(fields, problems),
    envFiles: fields.lates('env_file'),
    inheritEnv: fields.bool('inherit_env'),
    enabled: fields.bool('enabled'),
    autostart: fields.bool('autostart'),
    replicas: fields.number('replicas'),
    portStep: fields.number('port_step'),
    dependsOn: readDependencies(fields),
    ports: readPorts(fields, problems),
    resources: readResources(fields),
    restart: readRestart(fields, problems),
    stop: readStop(fields, problems),
    ...(cron === undefined ? {} : { cron }),
    ...readReload(fields, problems),
    hooks: readHooks(fields, problems),
    healthChecks: readHealthChecks(fields, problems),
    logs: readLogs(fields),
    scrapes: readScrapes(fields),
    ...optional('watch', readWatch(fields)),
    ...readDisplay(fields),
  }
  const { run, whole } = fingerprintOf(spec, block, dirname(spec.range.file))
  return { ...spec, runFingerprint: run, fingerprint: whole }
}

function identity(fields: Fields) {
  const umask = fields.optionalText('umask')
  return {
    ...optional('workingDir', fields.late('working_dir')),
    ...optional('user', fields.late('user')),
    ...optional('group', fields.late('group')),
    ...optional('umask', umask === undefined ? undefined : parseUmask(umask)),
    ...optional('nice', fields.optionalNumber('nice')),
  }
}

function readEnvironment(fields: Fields, problems: Problems): Map<string, LateText> {
  const environment = new Map<string, LateText>()
  for (const [name, { value }] of fields.entries('environment')) environment.set(name, value as LateText)
  checkEnvironment(fields, problems)
  return environment
}

function readCron(fields: Fields, problems: Problems): CronSpec | undefined {
  const isCron = fields.text('type') === 'cron'
  const schedule = fields.optionalText('schedule')
  if (isCron && schedule === undefined && fields.block?.complete !== false) {
    problems.error(fields.setting('type')?.place ?? placeOf(fields), {
      code: 'missing-attribute',
      message: 'A cron job needs a schedule.',
      expected: 'schedule = "*/5 * * * *"',
    })
  }
  if (!isCron) reportCronOnly(fields, problems)
  if (!isCron || schedule === undefined) return undefined
  return {
    schedule,
    ...optional('timezone', fields.optionalText('timezone')),
    overlap: fields.text('overlap') as CronSpec['overlap'],
    catchUp: fields.bool('catch_up'),
  }
}

function reportCronOnly(fields: Fields, problems: Problems): void {
  for (const name of ['schedule', 'timezone', 'overlap', 'catch_up']) {
    const setting = fields.setting(name)
    if (setting === undefined) continue
    problems.error(setting.name, {
      code: 'conflict',
      message: `${name} belongs to a cron job, and this is a ${fields.text('type')}.`,
      expected: 'type = "cron"',
      suggestion: `Set type = "cron", or remove ${name}.`,
    })
  }
}

function placeOf(fields: Fields) {
  const { block } = fields
  if (block === undefined) throw new Error('Only a block that was written can be wrong')
  return block.place
}

function readDependencies(fields: Fields): DependencySpec[] {
  const listed = fields.items('depends_on').map(({ value, place }) => ({
    service: String(value),
    condition: 'started' as const,
    restart: false,
    range: place.source.range(place),
  }))
  const blocks = fields.all('depends_on').flatMap((inner): DependencySpec[] => {
    const service = inner.setting('service')
    if (service === undefined) return []
    return [
      {
        service: inner.text('service'),
        condition: inner.text('condition') as DependencySpec['condition'],
        restart: inner.bool('restart'),
        range: service.place.source.range(service.place),
      },
    ]
  })
  return [...listed, ...blocks]
}

function readPorts(fields: Fields, problems: Problems): { port: number; range: ServiceSpec['range'] }[] {
  const replicas = fields.number('replicas')
  const step = fields.number('port_step')
  return fields.items('ports').map(({ value, place }) => {
    const port = Number(value)
    const last = port + (replicas - 1) * step
    if (last > 65_535) {
      problems.error(place, {
        code: 'out-of-range',
        message: `With ${replicas} replicas, port ${port} would move on to ${last}.`,
        expected: 'ports up to 65535 for all replicas',
        suggestion: 'Begin with a lower port, or make port_step smaller.',
      })
    }
    return { port, range: place.source.range(place) }
  })
}

function readResources(fields: Fields): ServiceSpec['resources'] {
  const resources = fields.inner('resources')
  return {
    ...optional('cpuCores', resources.optionalNumber('cpu_limit')),
    ...optional('memoryBytes', resources.optionalNumber('memory_limit')),
    ...optional('pids', resources.optionalNumber('pids_limit')),
    ...optional('nofile', resources.optionalNumber('nofile')),
  }
}

function readRestart(fields: Fields, problems: Problems): RestartSpec {
  const restart = fields.inner('restart')
  const seeds = fields.inner('resources').setting('restart_policy')
  const own = restart.setting('policy')
  if (seeds !== undefined && own !== undefined && seeds.value !== own.value) {
    problems.error(seeds.place, {
      code: 'conflict',
      message: `resources.restart_policy says "${seeds.value}" and restart.policy says "${own.value}".`,
      expected: 'one of them, or both the same',
      suggestion: 'Remove restart_policy.',
    })
  }
  const delayMs = restart.number('delay')
  const maxDelayMs = restart.number('max_delay')
  const maxDelay = restart.setting('max_delay')
  if (maxDelay !== undefined && maxDelayMs < delayMs) {
    problems.error(maxDelay.place, {
      code: 'out-of-range',
      message: 'max_delay is shorter than delay.',
      expected: 'at least the delay',
    })
  }
  return {
    policy: (own === undefined && seeds !== undefined ? seeds.value : restart.text('policy')) as RestartSpec['policy'],
    delayMs,
    factor: restart.number('factor'),
    maxDelayMs: Math.max(delayMs, maxDelayMs),
    jitter: restart.number('jitter'),
    maxRetries: restart.number('max_retries'),
    windowMs: restart.number('window'),
    successExitCodes: restart.numbers('success_exit_codes'),
  }
}

function readStop(fields: Fields, problems: Problems): StopSpec {
  const stop = fields.inner('stop')
  return {
    signal: stop.text('signal'),
    timeoutMs: stop.number('timeout'),
    ...optional('command', readCommand(stop, 'command', problems)),
    killTree: stop.bool('kill_tree'),
  }
}

function readReload(fields: Fields, problems: Problems): Pick<ServiceSpec, 'reload'> {
  const reload = fields.inner('reload')
  const signal = reload.optionalText('signal')
  const command = readCommand(reload, 'command', problems)
  const both = reload.setting('command')
  if (signal !== undefined && both !== undefined) {
    problems.error(both.name, {
      code: 'conflict',
      message: 'reload has both a signal and a command.',
      expected: 'one of them',
    })
  }
  if (signal === undefined && command === undefined) return {}
  return { reload: { ...optional('signal', signal), ...optional('command', command) } }
}

function readHooks(fields: Fields, problems: Problems): ServiceSpec['hooks'] {
  const hooks = fields.inner('hooks')
  const read = (type: string): HookSpec[] =>
    hooks.all(type).flatMap((hook) => {
      const command: CommandSpec | undefined = readCommand(hook, 'command', problems)
      if (command === undefined || hook.block === undefined) return []
      const onFailure = hook.text('on_failure') as HookSpec['onFailure']
      const { place } = hook.block
      return [{ command, timeoutMs: hook.number('timeout'), onFailure, range: place.source.range(place) }]
    })
  return { preStart: read('pre_start'), postStart: read('post_start'), postStop: read('post_stop') }
}

function readLogs(fields: Fields): LogSpec {
  const logs = fields.inner('logs')
  return {
    maxSizeBytes: logs.number('max_size'),
    maxFiles: logs.number('max_files'),
    ...optional('maxAgeMs', logs.optionalNumber('max_age')),
    format: logs.text('format') as LogSpec['format'],
    ...optional('multiline', logs.optionalText('multiline')),
    capture: logs.text('capture') as LogSpec['capture'],
  }
}

function readScrapes(fields: Fields): ScrapeSpec[] {
  return fields
    .inner('metrics')
    .all('scrape')
    .flatMap((scrape) => {
      const url = scrape.late('url')
      return url ? [{ url, intervalMs: scrape.number('interval') }] : []
    })
}

function readWatch(fields: Fields): WatchSpec | undefined {
  const watch = fields.inner('watch')
  if (watch.block === undefined) return undefined
  return { paths: watch.lates('paths'), ignore: watch.texts('ignore'), debounceMs: watch.number('debounce') }
}

function readDisplay(fields: Fields) {
  const custom = new Map<string, unknown>()
  for (const [name, { value }] of fields.entries('fields')) custom.set(name, plainValue(value))
  return {
    description: shorten(fields.text('description'), 500),
    ...optional('icon', fields.optionalText('icon')),
    links: fields.textMap('links'),
    tags: fields.texts('tags'),
    groups: fields.texts('groups'),
    ...optional('namespace', fields.optionalText('namespace')),
    fields: custom,
  }
}

/** A decoded value as plain data, for clients and for comparing. */
function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => plainValue(item.value))
  if (!(value instanceof Map)) return value
  const plain: Record<string, unknown> = Object.create(null)
  for (const [name, item] of value) plain[name] = plainValue(item.value)
  return plain
}
