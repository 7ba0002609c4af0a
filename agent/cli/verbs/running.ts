import type { CommonOptions } from '../context.ts'
import { collectVariable } from '../parse.ts'
import type { Verb } from '../verb.ts'
import { verb } from './define.ts'

const running = 'Run something:'

export const runningVerbs: readonly Verb<CommonOptions>[] = [
  verb({
    name: 'run',
    group: running,
    summary: 'run a command once, with its output and exit code here',
    operands: '<command...>',
    passThrough: true,
    options: [
      { flags: '-d, --detach', summary: 'do not wait for its end' },
      { flags: '--name <name>', summary: 'its name in lists and logs' },
      {
        flags: '-e, --env <name=value>',
        summary: 'a variable of its environment (may be repeated)',
        read: collectVariable,
      },
      { flags: '-C, --directory <dir>', summary: 'where it runs (here)' },
    ],
    examples: [
      ['hxe run -- npm run migrate', 'run it and exit with its code'],
      ['hxe run -d --name import -- ./import.sh --all', 'leave it running under a name'],
    ],
    load: () => import('../commands/run.ts'),
  }),
  verb({
    name: 'exec',
    group: running,
    summary: 'run a command where a service runs, as it would run',
    operands: '<name> <command...>',
    passThrough: true,
    examples: [['hxe exec web -- env', 'the environment that web has']],
    load: () => import('../commands/exec.ts'),
  }),
]
