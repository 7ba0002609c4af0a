import type { CommonOptions } from '../context.ts'
import { collect, readCount, readDuration } from '../parse.ts'
import type { OptionSpec, Verb } from '../verb.ts'
import { verb } from './define.ts'
import { selection } from './options.ts'

const services = 'Services:'

const queued: ReadonlySet<string> = new Set(['start', 'stop', 'restart'])
const queueOption: OptionSpec = {
  flags: '--queue <duration>',
  summary: 'with --host: where it is away, do it when it is back within that time (1h)',
  read: readDuration,
}

function actionVerb(
  name: 'start' | 'stop' | 'restart' | 'reload' | 'enable' | 'disable',
  summary: string,
  examples: Verb<never>['examples'],
): Verb<CommonOptions> {
  return verb({
    name,
    group: services,
    summary,
    operands: '[name...]',
    options: queued.has(name) ? [...selection, queueOption] : selection,
    ...(examples ? { examples } : {}),
    load: async () => {
      const { act } = await import('../commands/act.ts')
      return { run: (context, operands, options) => act(name, context, operands, options) }
    },
  })
}

export const serviceVerbs: readonly Verb<CommonOptions>[] = [
  verb({
    name: 'list',
    alias: 'ps',
    group: services,
    summary: 'list the services and how they are',
    operands: '[name...]',
    options: [{ flags: '--state <state>', summary: 'those in this state', read: collect }, ...selection.slice(0, 3)],
    examples: [
      ['hxe list', 'all of them'],
      ['hxe ps "web*" --state failed', 'those named web… that have failed'],
    ],
    load: () => import('../commands/list.ts'),
  }),
  verb({
    name: 'status',
    group: services,
    summary: 'say whether all is well, or how one service is',
    operands: '[name]',
    options: [{ flags: '-n, --lines <count>', summary: 'last lines of its log (10)', read: readCount }],
    load: () => import('../commands/status.ts'),
  }),
  verb({
    name: 'describe',
    group: services,
    summary: 'show everything about a service, its settings included',
    operands: '<name>',
    load: () => import('../commands/describe.ts'),
  }),
  verb({
    name: 'why',
    group: services,
    summary: 'say why a service is not as wanted, and what to do',
    operands: '[name]',
    load: () => import('../commands/why.ts'),
  }),
  actionVerb('start', 'start services', [
    ['hxe start web api --wait', 'start both and wait until they run'],
    ['hxe start --app shop', 'start all services of an app'],
  ]),
  actionVerb('stop', 'stop services, with all that they started', [
    ['hxe stop web', 'stop it; it stays stopped until started'],
    ['hxe stop "worker-*"', 'stop all whose name begins so'],
  ]),
  actionVerb('restart', 'restart services', [['hxe restart --tag edge --wait', 'restart those with a tag, and wait']]),
  actionVerb('reload', 'reload services, or restart those without a reload', undefined),
  actionVerb('enable', 'allow starts again', undefined),
  actionVerb('disable', 'stop services and refuse starts until enabled', undefined),
]
