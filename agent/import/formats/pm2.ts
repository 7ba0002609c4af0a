import { posix } from 'node:path'
import { boolOf, type Data, dataOf, entriesOf, isData, numberOf, textOf, textsOf } from '../data.ts'
import { CodeFound, readLiterals } from '../literals.ts'
import { commandOf, compact, durationOf, noteSecrets, portsIn, signalOf, wordsOf } from '../text.ts'
import {
  ImportError,
  type Imported,
  type ImportedService,
  type Note,
  type Reader,
  type ReadOptions,
  type Value,
  type Values,
} from '../types.ts'

/** An ecosystem file, read as plain data; where it is code, that is said and nothing is taken from it. */
export const readPm2: Reader = (text, options) => {
  try {
    return fromValue(readLiterals(text, options.folder.path), options)
  } catch (error) {
    if (!(error instanceof CodeFound)) throw error
    const line = error.line === undefined ? {} : { line: error.line }
    return {
      services: [],
      code: true,
      notes: [
        {
          what: options.file,
          ...line,
          why: 'It is code, not plain data: only running it tells what is in it.',
          suggestion: 'Run it only if you trust it: --run-code, or "Run this file" in the panel.',
        },
      ],
    }
  }
}

/** What an ecosystem file exports, to services: `{ apps: […] }`, a list of apps, or one app. */
export function fromValue(value: unknown, options: ReadOptions): Imported {
  const root = dataOf(value)
  const apps = Array.isArray(value)
    ? value
    : Array.isArray(root.apps)
      ? root.apps
      : isData(root.apps)
        ? [root.apps]
        : root.script === undefined
          ? []
          : [root]
  const notes: Note[] = []
  const services = apps.flatMap((item, index): ImportedService[] => {
    const app = dataOf(item)
    const script = textOf(app.script) ?? textOf(app.cmd)
    if (script === undefined) {
      notes.push({ what: `apps[${index}]`, why: 'It has no script.' })
      return []
    }
    const name = textOf(app.name) ?? posix.basename(script).replace(/\.[^.]*$/, '')
    return [{ name, values: readApp(name, script, app, options, notes) }]
  })
  if (apps.length === 0) throw new ImportError('It has no apps, as a PM2 ecosystem file does.')
  if (root.deploy !== undefined) notes.push({ what: 'deploy', why: 'HXE starts services; it does not deploy them.' })
  return { services, notes }
}

const carried = new Set([
  ...[
    'name',
    'script',
    'cmd',
    'args',
    'cwd',
    'interpreter',
    'exec_interpreter',
    'interpreter_args',
    'node_args',
    'env',
  ],
  ...[
    'instances',
    'exec_mode',
    'autorestart',
    'max_restarts',
    'min_uptime',
    'restart_delay',
    'exp_backoff_restart_delay',
  ],
  ...[
    'max_memory_restart',
    'kill_timeout',
    'kill_signal',
    'watch',
    'ignore_watch',
    'cron_restart',
    'cron',
    'stop_exit_codes',
  ],
  ...[
    'namespace',
    'uid',
    'gid',
    'user',
    'increment_var',
    'time',
    'merge_logs',
    'combine_logs',
    'env_file',
    'autostart',
    'watch_delay',
  ],
])

function readApp(name: string, script: string, app: Data, options: ReadOptions, notes: Note[]): Values {
  const note = (part: string, why: string): void => void notes.push({ what: `${name}: ${part}`, why })
  const cwd = at(options.folder.path, textOf(app.cwd) ?? '.')
  for (const part of Object.keys(app)) {
    if (part.startsWith('env_') && part !== 'env_file')
      note(part, 'It is another environment of the same app; only "env" is taken.')
    else if (!carried.has(part))
      note(part, /_file$|log/.test(part) ? 'HXE keeps what services write itself.' : 'It has no counterpart.')
  }
  if (app.exec_mode === 'cluster')
    note('exec_mode', 'In cluster mode PM2 shares one port among processes; here each instance gets a PORT of its own.')
  const environment = Object.fromEntries(
    entriesOf(app.env).map(([key, value]): [string, Value] => [key, textOf(value) ?? JSON.stringify(value) ?? '']),
  )
  notes.push(...noteSecrets(name, environment, options.file))
  const argv = argvOf(script, app)
  const cron = textOf(app.cron_restart) ?? textOf(app.cron)
  if (cron) note('cron_restart', 'PM2 restarts a running app by this; HXE has schedules for jobs that end.')
  const port = numberOf(environment.PORT) ?? portsIn(argv.join(' '))[0]
  const memory = textOf(app.max_memory_restart)
  const instances = instancesOf(app, note)
  return compact({
    ...commandOf(argv),
    working_dir: cwd,
    environment,
    env_file: textOf(app.env_file) === undefined ? undefined : at(cwd, textOf(app.env_file) ?? ''),
    user: textOf(app.user) ?? textOf(app.uid),
    group: textOf(app.gid),
    namespace: textOf(app.namespace),
    replicas: instances > 1 ? instances : undefined,
    autostart: boolOf(app.autostart) === false ? false : undefined,
    ports: port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65_535 ? [port] : [],
    restart: restart(app),
    stop: compact({ signal: signalOf(textOf(app.kill_signal) ?? '') ?? 'SIGINT', timeout: duration(app.kill_timeout) }),
    resources: compact({
      memory_limit:
        memory === undefined ? undefined : /^\d+[KMG]$/i.test(memory) ? `${memory.toUpperCase()}i` : undefined,
    }),
    watch:
      app.watch === undefined || app.watch === false
        ? undefined
        : compact({ paths: app.watch === true ? ['.'] : textsOf(app.watch), ignore: textsOf(app.ignore_watch) }),
  })
}

const at = (folder: string, path: string): string =>
  posix.isAbsolute(path) || path.startsWith('~') ? path : posix.join(folder, path)

function argvOf(script: string, app: Data): string[] {
  const args = Array.isArray(app.args) ? textsOf(app.args) : (wordsOf(textOf(app.args) ?? '') ?? [])
  const given = textOf(app.interpreter) ?? textOf(app.exec_interpreter)
  const interpreterArgs = [app.interpreter_args, app.node_args].flatMap((value) =>
    Array.isArray(value) ? textsOf(value) : (wordsOf(textOf(value) ?? '') ?? []),
  )
  const known: Readonly<Record<string, string>> = {
    '.js': 'node',
    '.cjs': 'node',
    '.mjs': 'node',
    '.py': 'python3',
    '.sh': 'bash',
    '.rb': 'ruby',
    '.pl': 'perl',
    '.php': 'php',
    '.ts': 'bun',
  }
  const extension = posix.extname(script)
  const interpreter =
    given === 'none' ? undefined : (given ?? (Object.hasOwn(known, extension) ? known[extension] : undefined))
  if (interpreter !== undefined) return [interpreter, ...interpreterArgs, script, ...args]
  // PM2 splits a script that is a whole command line.
  return given === undefined && script.includes(' ') ? [...(wordsOf(script) ?? [script]), ...args] : [script, ...args]
}

function instancesOf(app: Data, note: (part: string, why: string) => void): number {
  const said = app.instances
  const number = numberOf(said)
  if (said === 'max' || (number !== undefined && number <= 0)) {
    note('instances', 'It follows the number of cores, which HXE does not; write the number as replicas.')
    return 1
  }
  return number === undefined ? 1 : Math.min(1000, Math.floor(number))
}

function duration(value: unknown): string | undefined {
  const number = numberOf(value)
  if (number !== undefined) return number > 0 ? durationOf(number) : undefined
  const text = textOf(value)
  return text !== undefined && /^\d+(?:ms|s|m|h)$/.test(text) ? text : undefined
}

function restart(app: Data): Values {
  const delay = duration(app.restart_delay) ?? duration(app.exp_backoff_restart_delay)
  const most = numberOf(app.max_restarts)
  return compact({
    policy: boolOf(app.autorestart) === false ? 'never' : 'always',
    delay,
    max_retries: most !== undefined && most >= 0 ? Math.floor(most) : 16,
    success_exit_codes: [app.stop_exit_codes]
      .flat()
      .map(numberOf)
      .filter((code) => code !== undefined && code >= 0 && code <= 255) as number[],
  })
}
