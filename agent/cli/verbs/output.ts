import type { CommonOptions } from '../context.ts'
import { logLevelNames } from '../levels.ts'
import { collect, readChoice, readCount } from '../parse.ts'
import type { Verb } from '../verb.ts'
import { verb } from './define.ts'
import { timeRange } from './options.ts'

const output = 'What they say:'

export const outputVerbs: readonly Verb<CommonOptions>[] = [
  verb({
    name: 'logs',
    alias: 'tail',
    group: output,
    summary: 'show what services write',
    operands: '[name...]',
    options: [
      { flags: '-f, --follow', summary: 'go on with what comes' },
      { flags: '-n, --lines <count>', summary: 'so many of the newest lines (100; all with --since)', read: readCount },
      ...timeRange,
      {
        flags: '--level <level>',
        summary: 'this level and worse: trace, debug, info, warn, error, fatal',
        read: readChoice(logLevelNames),
      },
      { flags: '--grep <pattern>', summary: 'lines that match this regular expression' },
      { flags: '-t, --timestamps', summary: 'begin each line with its time' },
      { flags: '-q, --quiet', summary: 'the lines alone: no names before them' },
      { flags: '--colour', summary: 'keep the colours of lines even where this is no terminal' },
    ],
    examples: [
      ['hxe logs web -f', 'the last 100 lines of web, then what comes'],
      ['hxe logs --since 10m --grep "timeout|refused"', 'ten minutes of all services, searched'],
      ['hxe logs web -n 1000000 -q > web.log', 'a long history, into a file'],
    ],
    load: () => import('../commands/logs.ts'),
  }),
  verb({
    name: 'events',
    group: output,
    summary: 'show what happened: starts, exits, failures',
    operands: '[name]',
    options: [
      { flags: '-f, --follow', summary: 'go on with what comes' },
      { flags: '-n, --lines <count>', summary: 'so many of the newest (50)', read: readCount },
      ...timeRange,
      { flags: '--kind <kind>', summary: 'only these, such as service.failed' },
      { flags: '--correlation <id>', summary: 'all that one request, crash or due time brought about' },
    ],
    load: () => import('../commands/events.ts'),
  }),
  verb({
    name: 'top',
    group: output,
    summary: 'watch what uses the machine; Ctrl+C ends',
    options: [
      { flags: '--sort <by>', summary: 'cpu (default), memory or name', read: readChoice(['cpu', 'memory', 'name']) },
      { flags: '-n, --lines <count>', summary: 'so many services', read: readCount },
    ],
    load: () => import('../commands/top.ts'),
  }),
  verb({
    name: 'metrics',
    group: output,
    summary: 'draw what a service, or without a name the machine, used over time',
    operands: '[name]',
    options: [
      ...timeRange,
      { flags: '--metric <metric>', summary: 'this one, such as cpu_percent (may be repeated)', read: collect },
      { flags: '--step <duration>', summary: 'one value for each, such as 1m' },
      { flags: '--names', summary: 'only say what is measured' },
    ],
    examples: [['hxe metrics web --since 6h', 'six hours of web']],
    load: () => import('../commands/metrics.ts'),
  }),
]
