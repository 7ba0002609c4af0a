import type { CommonOptions } from '../context.ts'
import {
  collect,
  collectVariable,
  readChoice,
  readCount,
  readDuration,
  readPort,
  readSelector,
  readTime,
} from '../parse.ts'
import type { Verb } from '../verb.ts'
import { commands, verb } from './define.ts'

export const fleetVerbs: readonly Verb<CommonOptions>[] = [
  verb({
    name: 'status',
    group: commands,
    summary: 'say how this agent is joined to the others, and what hosts run of the configuration of the fleet',
    load: async () => {
      const { status } = await import('../commands/fleet.ts')
      return { run: status }
    },
  }),
  verb({
    name: 'apply',
    group: commands,
    summary: 'have hosts with certain labels run what the files of a folder say; without --yes only the plan of each',
    operands: '[folder]',
    options: [
      {
        flags: '--selector <labels>',
        summary: 'hosts with these labels: env=prod,role=web (else as before)',
        read: readSelector,
      },
      { flags: '--all', summary: 'every host' },
      { flags: '--yes', summary: 'do it' },
      { flags: '--canary <host>', summary: 'the host that goes first, alone, or how many do' },
      { flags: '--batch <count>', summary: 'so many hosts at once (1)', read: readCount },
      { flags: '--pause <duration>', summary: 'between two batches', read: readDuration },
      {
        flags: '--gate <condition>',
        summary: 'what services have to be, else all goes back: running or healthy (healthy)',
        read: readChoice(['running', 'healthy']),
      },
      { flags: '--timeout <duration>', summary: 'how long a host may take (1m)', read: readDuration },
      { flags: '--name <name>', summary: 'what the bundle is called (as the folder is)' },
      { flags: '--message <text>', summary: 'what it is about' },
      { flags: '--to <revision>', summary: 'back to this revision', read: readCount },
      { flags: '--remove', summary: 'take it from all hosts' },
      { flags: '--detach', summary: 'begin it and do not watch' },
      { flags: '--force', summary: 'give up a rollout that a host leads which will not come back' },
    ],
    examples: [
      ['hxe fleet apply ./edge --selector env=prod,role=web', 'what it would do, host by host'],
      ['hxe fleet apply ./edge --canary atlas --batch 5 --pause 30s --yes', 'atlas first, then five at a time'],
      ['hxe fleet apply edge --to 3 --yes', 'back to revision 3'],
      ['hxe fleet apply edge --remove --yes', 'gone from all hosts'],
    ],
    load: async () => {
      const { apply } = await import('../commands/bundles.ts')
      return { run: apply }
    },
  }),
  verb({
    name: 'rollout',
    group: commands,
    summary: 'start, stop or restart on many hosts in batches; list, show, pause, resume or abort',
    operands: '[action] [id]',
    options: [
      { flags: '--service <name>', summary: 'this service (may be repeated)', read: collect },
      { flags: '--tag <tag>', summary: 'those with this tag (may be repeated)', read: collect },
      { flags: '--group <group>', summary: 'those of this group', read: collect },
      { flags: '--app <app>', summary: 'those of this app', read: collect },
      {
        flags: '--label <name=value>',
        summary: 'on hosts with this label (repeated: with all)',
        read: collectVariable,
      },
      { flags: '--on <host>', summary: 'on this host (may be repeated)', read: collect },
      { flags: '--all', summary: 'on every host' },
      { flags: '--canary <host>', summary: 'the host that goes first, alone' },
      { flags: '--batch <count>', summary: 'so many hosts at once (1)', read: readCount },
      { flags: '--pause <duration>', summary: 'between two batches', read: readDuration },
      {
        flags: '--gate <condition>',
        summary: 'what services have to be: running or healthy (healthy)',
        read: readChoice(['running', 'healthy']),
      },
      { flags: '--timeout <duration>', summary: 'how long a host may take (1m)', read: readDuration },
      { flags: '--rollback', summary: 'put the others back when a host fails (not of a restart)' },
      { flags: '--detach', summary: 'begin it and do not watch' },
    ],
    examples: [
      ['hxe fleet rollout restart --service web --label zone=eu --batch 2 --pause 10s', 'two hosts at a time'],
      ['hxe fleet rollout restart --tag edge --all --canary atlas', 'atlas first, alone'],
      ['hxe fleet rollout abort 1f0c…', 'begin no more hosts'],
    ],
    load: async () => {
      const { rollout } = await import('../commands/rollout.ts')
      return { run: rollout }
    },
  }),
  verb({
    name: 'events',
    group: commands,
    summary: 'show what happened on all hosts, or to one service on any of them',
    operands: '[service]',
    options: [
      { flags: '-n, --lines <count>', summary: 'so many of the newest (50, at most 1000)', read: readCount },
      { flags: '--since <time>', summary: 'from then on: 10m, 2026-03-01T12:00:00Z', read: readTime },
      { flags: '--kind <kind>', summary: 'of this kind alone, such as service.failed' },
      { flags: '--correlation <id>', summary: 'all that one request brought about, on whichever hosts' },
    ],
    load: async () => {
      const { events } = await import('../commands/fleetevents.ts')
      return { run: events }
    },
  }),
  verb({
    name: 'commands',
    group: commands,
    summary: 'list the commands that wait for hosts that are away',
    options: [{ flags: '--withdraw <id>', summary: 'take one back that was not sent' }],
    load: async () => {
      const { commands: run } = await import('../commands/queued.ts')
      return { run }
    },
  }),
  verb({
    name: 'dev',
    group: commands,
    summary: 'run a nats-server on this machine, to try a fleet with',
    offline: true,
    options: [
      { flags: '--port <port>', summary: 'where it listens on loopback (4222)', read: readPort },
      { flags: '--dir <folder>', summary: 'where it keeps its store (in the data directory)' },
    ],
    load: async () => {
      const { dev } = await import('../commands/fleet.ts')
      return { run: dev }
    },
  }),
]
