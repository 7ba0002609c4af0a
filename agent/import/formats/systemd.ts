import { millisecondsOf, numberOf } from '../data.ts'
import { type IniSection, readIni } from '../ini.ts'
import { commandOf, compact, durationOf, noteSecrets, portsIn, quoteWord, signalOf, wordsOf } from '../text.ts'
import {
  ImportError,
  type Imported,
  type Note,
  type Reader,
  type ReadOptions,
  type Value,
  type Values,
} from '../types.ts'
import { cronOf } from './calendar.ts'

const carried = new Set([
  ...[
    'ExecStart',
    'ExecStartPre',
    'ExecStartPost',
    'ExecStopPost',
    'ExecStop',
    'ExecReload',
    'Type',
    'Restart',
    'RestartSec',
  ],
  ...[
    'Environment',
    'EnvironmentFile',
    'WorkingDirectory',
    'User',
    'Group',
    'KillSignal',
    'TimeoutStopSec',
    'TimeoutSec',
  ],
  ...[
    'Description',
    'After',
    'Requires',
    'Wants',
    'BindsTo',
    'Documentation',
    'WantedBy',
    'Alias',
    'Also',
    'UMask',
    'Nice',
  ],
  ...[
    'MemoryMax',
    'MemoryLimit',
    'CPUQuota',
    'TasksMax',
    'LimitNOFILE',
    'StartLimitBurst',
    'StartLimitIntervalSec',
    'SuccessExitStatus',
  ],
  ...['RemainAfterExit', 'StandardOutput', 'StandardError', 'SyslogIdentifier', 'Requisite', 'PartOf', 'RequiredBy'],
])

/** One .service unit, with the .timer of the same name where there is one. */
export const readSystemd: Reader = (text, options) => {
  const unit = new Unit(readIni(text, { indented: false }), options)
  const name = options.file.replace(/\.service$/, '')
  if (name.includes('@')) unit.note('Unit', 'It is a template for several instances; %i is taken as empty.')
  const values = unit.values(name)
  return { services: values === undefined ? [] : [{ name, values }], notes: unit.notes } satisfies Imported
}

class Unit {
  readonly notes: Note[] = []
  private readonly entries: { section: string; key: string; value: string; line: number }[]
  private readonly options: ReadOptions

  constructor(sections: readonly IniSection[], options: ReadOptions) {
    this.options = options
    this.entries = sections.flatMap(({ name, entries }) => entries.map((entry) => ({ section: name, ...entry })))
    if (!sections.some(({ name }) => name === 'Service')) throw new ImportError('It has no [Service].')
  }

  note(key: string, why: string): void {
    const line = this.entries.find((entry) => entry.key === key)?.line
    this.notes.push({ what: `${this.options.file}: ${key}`, why, ...(line ? { line } : {}) })
  }

  /** All values of a key; an empty one takes those before it back, as systemd has it. */
  all(key: string): string[] {
    const values = this.entries.filter((entry) => entry.key === key).map(({ value }) => value)
    return values.slice(values.lastIndexOf('') + 1).map((value) => this.specifiers(value))
  }

  last(key: string): string | undefined {
    return this.all(key).at(-1)
  }

  values(name: string): Values | undefined {
    const type = (this.last('Type') ?? 'simple').toLowerCase()
    const start = this.all('ExecStart')
    if (start.length === 0) {
      this.note('ExecStart', 'It starts no program.')
      return undefined
    }
    for (const { key, section } of this.entries)
      if (section !== 'Install' && !carried.has(key)) this.note(key, reasonFor(key))
    if (type === 'forking')
      this.note(
        'Type',
        'A program that puts itself into the background cannot be followed; give it the option that keeps it in the foreground.',
      )
    if (type === 'notify' || type === 'dbus')
      this.note('Type', `HXE does not wait for "${type}"; it counts as started when its process runs.`)
    const environment = this.environment()
    this.notes.push(...noteSecrets(name, environment, this.options.file))
    const timer = this.timer(name)
    const isTask = type === 'oneshot' && timer === undefined
    const command =
      start.length > 1
        ? { command: start.map((line) => shellLine(clean(line))).join(' && '), shell: true }
        : this.command(start[0] ?? '')
    return compact({
      description: this.last('Description'),
      ...command,
      ...timer,
      type: isTask ? 'task' : timer?.type,
      working_dir: this.directory(),
      user: this.last('User'),
      group: this.last('Group'),
      umask: this.last('UMask'),
      nice: this.within('Nice', -20, 19),
      environment,
      env_file: this.environmentFiles(),
      ports: portsIn(start.join(' ')),
      depends_on: this.dependencies(),
      restart: timer === undefined ? this.restart() : undefined,
      stop: this.stop(),
      reload: this.reload(),
      resources: this.resources(),
      hooks: compact({
        pre_start: this.hooks('ExecStartPre'),
        post_start: this.hooks('ExecStartPost'),
        post_stop: this.hooks('ExecStopPost'),
      }),
    })
  }

  /** `%h` and `%%` are put in; what only systemd knows is said. */
  private specifiers(value: string): string {
    return value.replace(/%(.)/g, (whole, letter: string) => {
      if (letter === '%') return '%'
      if (letter === 'n' || letter === 'N' || letter === 'p')
        return this.options.file.replace(letter === 'n' ? /$^/ : /\.service$/, '')
      if (letter === 'i' || letter === 'I') return ''
      if (letter === 'h')
        return this.options.folder.path.startsWith('/home/')
          ? this.options.folder.path.split('/').slice(0, 3).join('/')
          : '~'
      return whole
    })
  }

  private command(line: string): Values {
    const text = clean(line)
    const words = wordsOf(text)
    if (/\$\{?\w/.test(text)) return { command: `exec ${shellLine(text)}`, shell: true }
    return words === undefined ? { command: text, shell: true } : commandOf(words)
  }

  private directory(): Value {
    const said = this.last('WorkingDirectory')?.replace(/^-/, '')
    if (said === undefined) return '/'
    return said
  }

  private environment(): Values {
    const pairs = this.all('Environment').flatMap((line) => wordsOf(line) ?? [])
    return Object.fromEntries(
      pairs.flatMap((pair) =>
        pair.includes('=') ? [[pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const] : [],
      ),
    )
  }

  private environmentFiles(): string[] {
    return this.all('EnvironmentFile').flatMap((path) => {
      if (!path.startsWith('-')) return [path]
      this.note(
        'EnvironmentFile',
        `${path.slice(1)} may be missing for systemd; here it must be there, so it is left out. Add it as env_file if it exists.`,
      )
      return []
    })
  }

  private dependencies(): string[] {
    const needed = ['After', 'Requires', 'BindsTo', 'Requisite', 'Wants'].flatMap((key) =>
      this.all(key).flatMap((line) => line.split(/\s+/)),
    )
    return [
      ...new Set(needed.filter((unit) => unit.endsWith('.service')).map((unit) => unit.replace(/\.service$/, ''))),
    ]
  }

  private restart(): Values {
    const said = this.last('Restart') ?? 'no'
    const policy = said === 'no' ? 'never' : said === 'always' || said === 'on-success' ? 'always' : 'on-failure'
    if (said === 'on-success')
      this.note('Restart', 'Restarting only after success has no counterpart; it is restarted always.')
    const delay = millisecondsOf(this.last('RestartSec'))
    const window = millisecondsOf(this.last('StartLimitIntervalSec'))
    const codes = this.all('SuccessExitStatus')
      .flatMap((line) => line.split(/\s+/))
      .map(Number)
      .filter((code) => Number.isInteger(code) && code > 0 && code <= 255)
    return compact({
      policy,
      delay: delay === undefined ? undefined : durationOf(delay),
      max_delay: delay !== undefined && delay > 60_000 ? durationOf(delay) : undefined,
      max_retries: this.within('StartLimitBurst', 0, 1_000_000),
      window: window ? durationOf(window) : undefined,
      success_exit_codes: codes.length > 0 ? [0, ...codes] : [],
    })
  }

  private stop(): Values {
    const timeout = millisecondsOf(this.last('TimeoutStopSec') ?? this.last('TimeoutSec'))
    const command = this.last('ExecStop')
    const signal = this.last('KillSignal')
    return compact({
      signal: signal === undefined ? undefined : signalOf(signal),
      timeout: timeout ? durationOf(timeout) : undefined,
      command: command === undefined ? undefined : wrapped(this.mainPid('ExecStop', command)),
    })
  }

  private reload(): Values {
    const command = this.last('ExecReload')
    if (command === undefined) return {}
    const [, sign] = /\bkill\s+(?:-s\s*|-)(\w+)\s+\$\{?MAINPID\}?/.exec(command) ?? []
    const signal = sign === undefined ? undefined : signalOf(sign)
    return signal === undefined ? { command: wrapped(this.mainPid('ExecReload', command)) } : { signal }
  }

  private mainPid(key: string, command: string): string {
    if (command.includes('MAINPID')) this.note(key, 'MAINPID is set by systemd; HXE does not set it.')
    return command
  }

  private hooks(key: string): Value[] {
    return this.all(key).map((line) =>
      compact({
        command: wrapped(line),
        on_failure: /^[@:+!]*-/.test(line) ? 'ignore' : key === 'ExecStartPre' ? undefined : 'fail',
      }),
    )
  }

  private resources(): Values {
    const memory = this.last('MemoryMax') ?? this.last('MemoryLimit')
    const quota = /^(\d+)%$/.exec(this.last('CPUQuota') ?? '')?.[1]
    return compact({
      memory_limit: memory !== undefined && /^\d+[KMGT]$/.test(memory) ? `${memory}i` : undefined,
      cpu_limit: quota === undefined || quota === '0' ? undefined : String(Number(quota) / 100),
      pids_limit: this.within('TasksMax', 1, 10_000_000),
      nofile: this.within('LimitNOFILE', 1, 1_000_000_000),
    })
  }

  private within(key: string, least: number, most: number): number | undefined {
    const number = numberOf(this.last(key)?.split(':').at(-1))
    return number !== undefined && Number.isInteger(number) && number >= least && number <= most ? number : undefined
  }

  private timer(name: string): { type: 'cron'; schedule: string; catch_up?: true } | undefined {
    const file = `${name}.timer`
    const text = this.options.folder.read(file)
    if (text === undefined) return undefined
    const entries = readIni(text, { indented: false }).find((section) => section.name === 'Timer')?.entries ?? []
    const calendar = entries.filter(({ key }) => key === 'OnCalendar')
    const schedule = calendar[0] === undefined ? undefined : cronOf(calendar[0].value)
    if (schedule === undefined || calendar.length > 1) {
      const at = calendar[0]?.line
      this.notes.push({
        what: file,
        ...(at ? { line: at } : {}),
        why:
          calendar.length > 0
            ? `"${calendar.map(({ value }) => value).join('", "')}" is not one cron expression.`
            : 'It has no OnCalendar; times since the boot or the last run have no counterpart.',
        suggestion: 'Give the service type = "cron" and a schedule.',
      })
      return undefined
    }
    const isPersistent = entries.some(({ key, value }) => key === 'Persistent' && /^(?:true|yes|on|1)$/i.test(value))
    return { type: 'cron', schedule, ...(isPersistent ? { catch_up: true } : {}) }
  }
}

/** Prefixes such as `-`, `+` and `!` say how systemd starts it; a `@` before a name of its own has no counterpart. */
const clean = (line: string): string => line.replace(/^[-@:+!]+/, '')

/** As systemd takes it, `${NAME}` is one word and nothing but variables is expanded. */
const shellLine = (text: string): string =>
  (wordsOf(text) ?? [text]).map((word) => (/\$\{?\w/.test(word) ? variableWord(word) : quoteWord(word))).join(' ')

const variableWord = (word: string): string => (/^\$\w+$/.test(word) ? word : `"${word.replace(/[\\"`]/g, '\\$&')}"`)

function wrapped(line: string): string {
  const text = clean(line)
  return /\$\{?\w/.test(text) ? `sh -c ${quoteWord(shellLine(text))}` : text
}

function reasonFor(key: string): string {
  if (
    /^(?:Protect|Private|Restrict|NoNew|Capability|Ambient|SystemCall|Lock|Read(?:Write|Only)|Inaccessible|Dynamic|Memory.*Exec|Remove)/.test(
      key,
    )
  )
    return 'Sandboxing is not carried over; the program runs without it.'
  if (/^(?:Runtime|State|Cache|Logs|Configuration)Directory/.test(key))
    return 'systemd makes this folder; here it must be there.'
  if (/^Condition|^Assert/.test(key)) return 'Conditions are not carried over; it starts without being asked.'
  return 'It has no counterpart.'
}
