import { constants } from 'node:os'
import type { Completion } from '../../../../contract/index.ts'
import type { AttributeType, TextType } from '../../schema/index.ts'
import type { Spot } from '../cursor.ts'
import { accountNames } from '../disk.ts'
import { descriptionOf, worthOf } from '../hover.ts'
import { declarationsOf, type NameKind } from '../names.ts'
import { helpOf, shortType } from '../types.ts'
import type { Workspace } from '../workspace.ts'
import { type Asked, item } from './asked.ts'
import { namesOfKind } from './names.ts'
import { pathsFor } from './paths.ts'
import { environmentNames, textsUsed } from './used.ts'

/** What a text in quotes may say. */
export function completeText(spot: Extract<Spot, { kind: 'text' }>, asked: Asked): Completion[] {
  const { type, file, offset, workspace } = asked
  const typed = file.source.text.slice(spot.start, offset)
  const call = spot.nesting.at(-1)
  if (call?.kind === 'call' && call.argument === 0) {
    if (call.name === 'file') return pathsFor('file', typed, asked)
    if (call.name !== 'env') return []
    return environmentNames(workspace).map((name) => item('name', name, { detail: 'environment variable' }))
  }
  if (type === undefined) return []
  return valuesFor(type.is === 'list' ? type.of : type, asked, typed)
}

/** Texts that a value of this type may be, the likeliest first; `typed` is what is there of it. */
export function valuesFor(type: AttributeType, asked: Asked, typed: string): Completion[] {
  const { schema } = asked
  const detail = shortType(type)
  const help = schema === undefined ? '' : helpOf(schema)
  const all = (words: readonly string[]): Completion[] =>
    words.map((word) => item('value', word, { detail: word === schema?.default ? `default` : detail, help }))
  switch (type.is) {
    case 'text':
      return textsFor(type, asked, typed, all)
    case 'duration':
      return all(amounts(typed, schema?.default, durationUnits, durations))
    case 'size':
      return all(amounts(typed, schema?.default, sizeUnits, sizes))
    case 'cpu':
      return all(['250m', '500m', '1000m', '1.5', '2'])
    default:
      return []
  }
}

const durationUnits = ['ms', 's', 'm', 'h', 'd']
const durations = ['1s', '5s', '10s', '30s', '1m', '5m', '1h', '24h', '7d']
const sizeUnits = ['Ki', 'Mi', 'Gi', 'KB', 'MB', 'GB']
const sizes = ['64Mi', '128Mi', '256Mi', '512Mi', '1Gi', '2Gi', '4Gi']

/** A number that is typed with every unit; else the default and what is usual. */
function amounts(typed: string, preset: unknown, units: readonly string[], usual: readonly string[]): string[] {
  const number = /^\d+(?:\.\d+)?(?=[a-z]*$)/i.exec(typed)?.[0]
  if (number !== undefined) return units.map((unit) => number + unit)
  return [...new Set([...(typeof preset === 'string' ? [preset] : []), ...usual])]
}

type Listed = (words: readonly string[]) => Completion[]

function textsFor(type: TextType, asked: Asked, typed: string, all: Listed): Completion[] {
  if (type.oneOf !== undefined) return all(type.oneOf)
  const { workspace, frame, frames } = asked
  const late = type.late === true || type.env === true ? references(typed, type, asked) : []
  switch (type.format) {
    case 'service':
      return named('service', workspace, new Set([...ownName(frames), ...written(asked)]))
    case 'group':
      return named('group', workspace, written(asked))
    case 'template':
      return named('template', workspace, new Set(frame.type === 'template' ? frame.labels : []))
    case 'notification':
      return named('notification', workspace, written(asked))
    case 'signal':
      return all(signals)
    case 'timezone':
      return all(['UTC', ...Intl.supportedValuesOf('timeZone')])
    case 'http-method':
      return all(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    case 'umask':
      return all(['022', '027', '077'])
    case 'cron':
      return cronExamples.map(([label, help]) => item('value', label, { detail: 'schedule', help }))
    case 'user':
      return [...all(accountNames('/etc/passwd')), ...late]
    case 'folder':
    case 'file':
    case 'hcl-file':
      return [...pathsFor(type.format, typed, asked), ...late]
    case undefined:
      return [...used(asked, all), ...late]
    default:
      return late
  }
}

const usualSignals = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGKILL']
const signals = [...new Set([...usualSignals, ...Object.keys(constants.signals)])]

const cronExamples = [
  ['*/5 * * * *', 'Every five minutes.'],
  ['0 * * * *', 'Every hour, on the hour.'],
  ['0 3 * * *', 'Every day at 03:00.'],
  ['0 3 * * 1', 'Every Monday at 03:00.'],
  ['0 3 1 * *', 'On the first of every month at 03:00.'],
] as const

/** Names with what is known of them. */
function named(kind: NameKind, workspace: Workspace, without: ReadonlySet<string>): Completion[] {
  const declared = declarationsOf(workspace, kind)
  return namesOfKind(workspace, kind, kind === 'group' ? undefined : true)
    .filter((name) => !without.has(name))
    .map((name) => {
      const from = declared.get(name)
      const { value } = worthOf({ kind, name }, workspace, from)
      const shown = kind === 'service' ? 'service' : kind === 'template' ? 'template' : 'name'
      return item(shown, name, { detail: value ?? kind, help: descriptionOf(from) })
    })
}

function ownName(frames: Asked['frames']): string[] {
  return frames.flatMap(({ type, labels }) => (type === 'service' ? labels.slice(0, 1) : []))
}

/** The texts that stand in the same attribute already, but for that under the cursor. */
function written({ file, frame, offset }: Asked): Set<string> {
  const own = frame.items.findLast(({ start }) => start <= offset)
  if (own === undefined || own.isBlock) return new Set()
  const { text } = file.source
  const end = text.indexOf(']', offset)
  const value = text.slice(own.start, end === -1 ? offset : end)
  const found = new Set<string>()
  for (const match of value.matchAll(/"([^"\n]*)"/g)) {
    const start = own.start + match.index
    if (offset <= start || offset > start + match[0].length) found.add(match[1] ?? '')
  }
  return found
}

/** What is said of the same attribute elsewhere: tags, namespaces, links. */
function used(asked: Asked, all: Listed): Completion[] {
  const { workspace, frame, frames } = asked
  const own = frame.items.findLast(({ start }) => start <= asked.offset)
  if (own === undefined || frames.length === 1 || !['tags', 'namespace', 'icon'].includes(own.name)) return []
  const here = written(asked)
  const names = textsUsed(workspace, frame.type, own.name).filter((name) => !here.has(name))
  return all(names).map((offered) => ({ ...offered, kind: 'name' }))
}

/** References to what is known only where the service runs. */
function references(typed: string, type: TextType, asked: Asked): Completion[] {
  const { workspace } = asked
  if (typed.startsWith('file:')) {
    const paths = pathsFor('file', typed.slice('file:'.length), asked)
    return paths.map((path) => ({ ...path, label: `file:${path.label}`, insert: `file:${path.insert}` }))
  }
  if (typed.startsWith('env:')) {
    return environmentNames(workspace).map((name) => item('name', `env:${name}`, { detail: 'environment variable' }))
  }
  if (typed.startsWith('credential:')) {
    return namesOfKind(workspace, 'credential', true).map((name) =>
      item('name', `credential:${name}`, { detail: 'credential' }),
    )
  }
  const env = item('value', 'env:', {
    detail: 'environment variable',
    help: 'The value of an environment variable: "env:NAME".',
  })
  if (type.late !== true) return [env]
  return [
    env,
    item('value', 'credential:', {
      detail: 'credential',
      help: 'A secret that a credential block declares: "credential:NAME".',
    }),
    item('value', 'file:', { detail: 'file', help: 'The text of a file, read when the service starts: "file:PATH".' }),
  ]
}
