import type { CommonOptions } from '../context.ts'
import { collect } from '../parse.ts'
import type { Verb } from '../verb.ts'
import { commands, verb } from './define.ts'

export const hostVerbs: readonly Verb<CommonOptions>[] = [
  verb({
    name: 'list',
    group: commands,
    summary: 'list the hosts of the fleet and how they are',
    load: async () => {
      const { list } = await import('../commands/hosts.ts')
      return { run: list }
    },
  }),
  verb({
    name: 'connect',
    group: commands,
    summary: 'join the fleet of these servers: written into fleet.hcl and applied',
    operands: '<server...>',
    options: [
      { flags: '--name <name>', summary: 'what this host is called in the fleet' },
      { flags: '--creds <file>', summary: 'sign in with this .creds file' },
      { flags: '--nkey <file>', summary: 'sign in with the seed in this file' },
      { flags: '--ca <file>', summary: "the certificates that the server's comes from" },
      { flags: '--trust <key>', summary: 'obey commands signed by this key (may be repeated)', read: collect },
      { flags: '--sign <file>', summary: 'sign commands to other hosts with the seed in this file' },
    ],
    examples: [['hxe hosts connect tls://nats.example.com:4222 --creds atlas.creds --trust UABC…', 'join a fleet']],
    load: async () => {
      const { connect } = await import('../commands/hosts.ts')
      return { run: connect }
    },
  }),
  verb({
    name: 'remove',
    group: commands,
    summary: 'take a host that has gone for good off the list',
    operands: '<host>',
    load: async () => {
      const { remove } = await import('../commands/hosts.ts')
      return { run: remove }
    },
  }),
  verb({
    name: 'keys',
    group: commands,
    summary: 'make a key for a host, and the configuration of the server; without a name, list them',
    operands: '[name]',
    offline: true,
    options: [
      { flags: '--dir <folder>', summary: 'where they are kept (./hxe-fleet)' },
      { flags: '--controller', summary: 'this one may command the others' },
      { flags: '--creds', summary: 'of a new fleet: .creds files (JWT) and not a list of keys' },
      { flags: '--remove', summary: 'take its key out' },
      { flags: '--prefix <word>', summary: 'of a new fleet: what its subjects begin with (hxe)' },
    ],
    examples: [
      ['hxe hosts keys laptop --controller', 'one that may command, in a new fleet'],
      ['hxe hosts keys atlas', 'one that obeys'],
      ['hxe hosts keys atlas --remove', 'and no longer'],
    ],
    load: () => import('../commands/keys.ts'),
  }),
]
