import type { CommonOptions } from '../context.ts'
import { readChoice, readTime } from '../parse.ts'
import type { Verb } from '../verb.ts'
import { commands, verb } from './define.ts'

export const alertVerbs: readonly Verb<CommonOptions>[] = [
  verb({
    name: 'list',
    group: commands,
    summary: 'list the alerts that are active, of all services or of one',
    operands: '[service]',
    options: [
      {
        flags: '--state <state>',
        summary: 'pending, firing, resolved, silenced or all (active)',
        read: readChoice(['pending', 'firing', 'resolved', 'active', 'silenced', 'all']),
      },
      { flags: '--severity <severity>', summary: 'these alone', read: readChoice(['info', 'warning', 'critical']) },
      { flags: '--since <time>', summary: 'of those that are over: from then on', read: readTime },
    ],
    load: async () => {
      const { list } = await import('../commands/alerts.ts')
      return { run: list }
    },
  }),
  verb({
    name: 'ack',
    group: commands,
    summary: 'say that you see to an alert: it is not repeated',
    operands: '<id...>',
    options: [
      { flags: '--note <text>', summary: 'what you do about it' },
      { flags: '--undo', summary: 'take it back' },
    ],
    load: async () => {
      const { acknowledge } = await import('../commands/alerts.ts')
      return { run: acknowledge }
    },
  }),
  verb({
    name: 'silence',
    group: commands,
    summary: 'keep alerts quiet for a time; without matchers, list the silences',
    operands: '[matcher...]',
    options: [
      { flags: '--for <duration>', summary: 'how long: 30m, 2h' },
      { flags: '--reason <text>', summary: 'why' },
      { flags: '--end', summary: 'end the silences of these ids' },
    ],
    examples: [
      ['hxe alerts silence service=web --for 2h --reason "disk is being replaced"', ''],
      ['hxe alerts silence --end s1', 'end one'],
    ],
    load: async () => {
      const { silence } = await import('../commands/alerts.ts')
      return { run: silence }
    },
  }),
]
