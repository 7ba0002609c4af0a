import { agentModes } from '../../../contract/modes.ts'
import type { CommonOptions } from '../context.ts'
import { collect, readChoice, readPort } from '../parse.ts'
import type { Verb } from '../verb.ts'
import { verb } from './define.ts'
import { variables } from './options.ts'

const agent = 'The agent:'

export const agentVerbs: readonly Verb<CommonOptions>[] = [
  verb({
    name: 'agent',
    group: agent,
    summary: 'run the agent in the foreground',
    offline: true,
    options: [
      { flags: '--config <path>', summary: 'a file or folder of HCL (may be repeated)', read: collect },
      ...variables,
      { flags: '--data-dir <dir>', summary: 'where it keeps its data (or HXE_DATA_DIR)' },
      { flags: '--port <port>', summary: 'its port on loopback; 0 for any free one (7420)', read: readPort },
      {
        flags: '--log-level <level>',
        summary: 'of its own log',
        read: readChoice(['trace', 'debug', 'info', 'warn', 'error']),
      },
      {
        flags: '--mode <mode>',
        summary:
          'development (services with watch restart on changes), production, or test (files change nothing); or HXE_MODE',
        read: readChoice(agentModes),
      },
    ],
    examples: [
      ['hxe agent', 'with the configuration in its usual place'],
      ['hxe agent --config ./services.hcl --data-dir ./data --port 0', 'on its own, beside any other'],
    ],
    load: () => import('../commands/agent.ts'),
  }),
  verb({
    name: 'quit',
    group: agent,
    summary: 'end the agent that runs, in the panel or without a window',
    options: [
      { flags: '--keep', summary: 'its services go on; the next agent takes them over' },
      { flags: '--stop', summary: 'its services are stopped first' },
    ],
    examples: [['hxe quit --keep', 'and start nothing in its place']],
    load: () => import('../commands/quit.ts'),
  }),
  verb({
    name: 'open',
    group: agent,
    summary: 'open the panel in the browser, signed in',
    options: [{ flags: '--print', summary: 'only print the address: valid once, for five minutes' }],
    load: () => import('../commands/open.ts'),
  }),
  verb({
    name: 'completion',
    group: agent,
    summary: 'print the completion script for a shell',
    operands: '<shell>',
    offline: true,
    examples: [
      ['source <(hxe completion bash)', 'in ~/.bashrc'],
      ['source <(hxe completion zsh)', 'in ~/.zshrc'],
      ['hxe completion fish > ~/.config/fish/completions/hxe.fish', ''],
    ],
    load: () => import('../commands/completion.ts'),
  }),
  verb({
    name: '__complete',
    group: agent,
    summary: 'what may stand at the end of a command line',
    operands: '[word...]',
    passThrough: true,
    offline: true,
    hidden: true,
    load: () => import('../commands/complete.ts'),
  }),
]
