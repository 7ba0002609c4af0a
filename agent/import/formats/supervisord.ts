import { posix } from 'node:path'
import { numberOf } from '../data.ts'
import { type IniSection, readIni } from '../ini.ts'
import { compact, durationOf, noteSecrets, portsIn, signalOf } from '../text.ts'
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

const carried = new Set([
  ...[
    'command',
    'directory',
    'environment',
    'autostart',
    'autorestart',
    'startretries',
    'exitcodes',
    'stopsignal',
    'stopwaitsecs',
  ],
  ...[
    'user',
    'umask',
    'numprocs',
    'process_name',
    'priority',
    'startsecs',
    'numprocs_start',
    'stopasgroup',
    'killasgroup',
  ],
])

/** The programs of a supervisord.conf, and the groups that they are put in. */
export const readSupervisord: Reader = (text, options) => {
  const sections = readIni(text, { indented: true, comment: /\s;/ })
  const notes: Note[] = []
  const groups = new Map<string, string[]>()
  for (const section of sections) {
    const [kind, name = ''] = section.name.split(/:(.*)/s)
    if (kind !== 'group') {
      if (['eventlistener', 'fcgi-program', 'include'].includes(kind ?? ''))
        notes.push({
          what: section.name,
          line: section.line,
          why:
            kind === 'include'
              ? 'The files that it names are listed by themselves where they are in the folder.'
              : 'It speaks the protocol of supervisord, which HXE does not.',
        })
      continue
    }
    for (const program of (section.entries.find(({ key }) => key === 'programs')?.value ?? '').split(','))
      groups.set(program.trim(), [...(groups.get(program.trim()) ?? []), name])
  }
  const programs = sections.filter(({ name }) => name.startsWith('program:'))
  const ordered = programs.map((section, index) => ({
    section,
    index,
    priority: numberOf(section.entries.find(({ key }) => key === 'priority')?.value) ?? 999,
  }))
  ordered.sort((a, b) => a.priority - b.priority || a.index - b.index)
  const services = ordered.flatMap(({ section }) => readProgram(section, options, groups, notes))
  if (programs.length === 0) throw new ImportError('It has no [program:NAME].')
  return { services, notes } satisfies Imported
}

function readProgram(
  section: IniSection,
  { folder, file }: ReadOptions,
  groups: ReadonlyMap<string, readonly string[]>,
  notes: Note[],
): ImportedService[] {
  const name = section.name.slice('program:'.length).trim()
  const get = (key: string): string | undefined => section.entries.findLast((entry) => entry.key === key)?.value
  const note = (key: string, why: string): void => {
    const line = section.entries.find((entry) => entry.key === key)?.line ?? section.line
    notes.push({ what: `${name}: ${key}`, line, why })
  }
  const command = get('command')
  if (command === undefined) {
    note('command', 'It has none.')
    return []
  }
  for (const { key } of section.entries)
    if (!carried.has(key))
      note(key, /log/.test(key) ? 'HXE keeps what services write itself.' : 'It has no counterpart.')
  const fill = (text: string): Value =>
    expand(
      text,
      {
        program_name: name,
        group_name: groups.get(name)?.[0] ?? name,
        here: folder.path,
        process_num: '0',
        numprocs: get('numprocs') ?? '1',
      },
      (what) => note('command', `${what} is known to supervisord only.`),
    )
  const environment = Object.fromEntries(
    variables((get('environment') ?? '').replaceAll('\n', ' ')).map(([key, value]): [string, Value] => [
      key,
      fill(value),
    ]),
  )
  notes.push(...noteSecrets(name, environment, file))
  const replicas = numberOf(get('numprocs'))
  const directory = get('directory')
  const wait = numberOf(get('stopwaitsecs'))
  return [
    {
      name,
      values: compact({
        command: fill(command.replaceAll('\n', ' ')),
        working_dir: directory === undefined ? folder.path : pathOf(fill(directory), folder.path),
        environment,
        user: get('user'),
        umask: get('umask'),
        groups: groups.get(name) ?? [],
        autostart: get('autostart')?.toLowerCase() === 'false' ? false : undefined,
        replicas: replicas !== undefined && replicas > 1 ? Math.min(1000, Math.floor(replicas)) : undefined,
        ports: portsIn(command),
        restart: restart(get),
        stop: compact({
          signal: signalOf(get('stopsignal') ?? ''),
          timeout: wait && wait > 0 ? durationOf(wait * 1000) : undefined,
        }),
      }),
    },
  ]
}

const pathOf = (path: Value, folder: string): Value =>
  typeof path === 'string' && !posix.isAbsolute(path) ? posix.join(folder, path) : path

function restart(get: (key: string) => string | undefined): Values {
  const said = (get('autorestart') ?? 'unexpected').toLowerCase()
  const retries = numberOf(get('startretries'))
  const codes = (get('exitcodes') ?? '')
    .split(',')
    .map((code) => Number.parseInt(code, 10))
    .filter((code) => code >= 0 && code <= 255)
  return compact({
    policy: said === 'true' ? 'always' : said === 'false' ? 'never' : 'on-failure',
    max_retries: retries !== undefined && retries >= 0 ? Math.floor(retries) : undefined,
    success_exit_codes: codes,
  })
}

/** `%(ENV_NAME)s` is a reference, `%%` a percent sign, and the names that supervisord gives are put in. */
function expand(text: string, known: Readonly<Record<string, string>>, unknown: (what: string) => void): Value {
  const parts: (string | { env: string })[] = []
  let at = 0
  for (const match of text.matchAll(/%(?:%|\((\w+)\)(?:0?\d*)[sd])/g)) {
    const [whole, name] = match
    parts.push(text.slice(at, match.index))
    at = match.index + whole.length
    if (name === undefined) parts.push('%')
    else if (name.startsWith('ENV_')) parts.push({ env: name.slice(4) })
    else {
      if (!Object.hasOwn(known, name)) unknown(whole)
      parts.push(known[name] ?? '')
    }
  }
  parts.push(text.slice(at))
  return parts.every((part) => typeof part === 'string')
    ? parts.join('')
    : new Template(parts.filter((part) => part !== ''))
}

/** `A="1",B=2`: commas part them, quotes keep. */
function variables(text: string): [string, string][] {
  return [
    ...text.matchAll(/\s*([A-Za-z_]\w*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^,]*))\s*(?:,|$)/g),
  ].map(([, name = '', double, single, plain]) => [
    name,
    (double ?? single)?.replace(/\\(.)/g, '$1') ?? (plain ?? '').trim(),
  ])
}
