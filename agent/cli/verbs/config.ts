import type { CommonOptions } from '../context.ts'
import { collect, readCount, readDuration } from '../parse.ts'
import type { Verb } from '../verb.ts'
import { commands, verb } from './define.ts'
import { variables } from './options.ts'

export const configVerbs: readonly Verb<CommonOptions>[] = [
  verb({
    name: 'validate',
    group: commands,
    summary: 'check configuration files, without an agent',
    operands: '[path...]',
    offline: true,
    options: variables,
    examples: [
      ['hxe config validate', 'the files in their usual place'],
      ['hxe config validate configs/ --json', 'a folder, for machines'],
    ],
    load: async () => {
      const { validate } = await import('../commands/config.ts')
      return { run: validate }
    },
  }),
  verb({
    name: 'show',
    group: commands,
    summary: 'show the configuration as it is after merging, without an agent',
    operands: '[name]',
    offline: true,
    options: [
      { flags: '--config <path>', summary: 'a file or folder of HCL (may be repeated)', read: collect },
      ...variables,
      { flags: '--origins', summary: 'where each value comes from' },
    ],
    examples: [['hxe config show web --origins', 'one service, each value with its file and line']],
    load: async () => {
      const { show } = await import('../commands/config.ts')
      return { run: show }
    },
  }),
  verb({
    name: 'eval',
    group: commands,
    summary: 'work out an expression with the variables of the configuration, or a whole file',
    operands: '[expression]',
    offline: true,
    options: [
      { flags: '--config <path>', summary: 'a file or folder of HCL (may be repeated)', read: collect },
      ...variables,
      { flags: '--file <file>', summary: 'every attribute of this HCL file instead' },
    ],
    examples: [
      [`hxe config eval 'join(",", local.names)'`, 'what it comes to'],
      ['hxe config eval --file values.hcl --json', 'every attribute, blocks as objects'],
    ],
    load: async () => {
      const { evaluate } = await import('../commands/config.ts')
      return { run: evaluate }
    },
  }),
  verb({
    name: 'fmt',
    group: commands,
    summary: 'lay files out as HCL is usually written, without an agent; "-" is stdin to stdout',
    operands: '[path...]',
    offline: true,
    options: [
      { flags: '--check', summary: 'write nothing; exit code 1 when a file is laid out otherwise' },
      { flags: '--diff', summary: 'write nothing; show what would change' },
    ],
    examples: [
      ['hxe config fmt', 'the files in their usual place'],
      ['hxe config fmt --check --diff configs/', 'a folder, for CI'],
      ['hxe config fmt - < services.hcl', 'stdin to stdout, for editors'],
    ],
    load: async () => {
      const { format } = await import('../commands/fmt.ts')
      return { run: format }
    },
  }),
  verb({
    name: 'plan',
    group: commands,
    summary: 'what the files on disk, or these in their place, would do to the services',
    operands: '[file...]',
    examples: [
      ['hxe config plan', 'what has changed on disk since it was loaded'],
      ['hxe config plan new/services.hcl', 'this file in place of the one of its name'],
    ],
    load: async () => {
      const { plan } = await import('../commands/change.ts')
      return { run: plan }
    },
  }),
  verb({
    name: 'apply',
    group: commands,
    summary: 'take the files over in one step, or not at all',
    operands: '[file...]',
    options: [
      {
        flags: '--watch <duration>',
        summary: 'take it back when a service fails within this time',
        read: readDuration,
      },
      { flags: '--timeout <duration>', summary: 'how long to wait at most (30s)', read: readDuration },
    ],
    examples: [['hxe config apply --watch 30s', 'with a way back']],
    load: async () => {
      const { apply } = await import('../commands/change.ts')
      return { run: apply }
    },
  }),
  verb({
    name: 'diff',
    group: commands,
    summary: 'what two revisions say differently (the newest and the one before)',
    operands: '[from] [to]',
    load: async () => {
      const { diff } = await import('../commands/change.ts')
      return { run: diff }
    },
  }),
  verb({
    name: 'history',
    group: commands,
    summary: 'who changed the configuration, and when',
    options: [{ flags: '-n, --limit <count>', summary: 'how many entries (20)', read: readCount }],
    load: async () => {
      const { history } = await import('../commands/change.ts')
      return { run: history }
    },
  }),
  verb({
    name: 'rollback',
    group: commands,
    summary: 'make the files say again what they said in an earlier revision',
    operands: '<revision>',
    options: [{ flags: '--timeout <duration>', summary: 'how long to wait at most (30s)', read: readDuration }],
    load: async () => {
      const { rollback } = await import('../commands/change.ts')
      return { run: rollback }
    },
  }),
  verb({
    name: 'import',
    group: commands,
    summary: 'turn what starts your programs now into HCL, without an agent',
    operands: '[folder]',
    offline: true,
    options: [
      {
        flags: '--from <kind>',
        summary: 'only package, procfile, compose, process-compose, pm2, supervisord or systemd (may be repeated)',
        read: collect,
      },
      { flags: '--write <file>', summary: 'write a new file instead of printing' },
      { flags: '--docker', summary: 'images become "docker run" commands' },
      { flags: '--run-code', summary: 'run PM2 files that are code; only files that you trust' },
    ],
    examples: [
      ['hxe config import ~/code/shop', 'print HCL for what is found there'],
      ['hxe config import --from compose --write services.hcl', 'only compose files, into a new file'],
    ],
    load: async () => {
      const { importFiles } = await import('../commands/import.ts')
      return { run: importFiles }
    },
  }),
]
