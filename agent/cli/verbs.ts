import { agentModes } from '../../contract/modes.ts'
import type { CommonOptions } from './context.ts'
import { logLevelNames } from './levels.ts'
import {
  collect,
  collectVariable,
  readChoice,
  readCount,
  readDuration,
  readPort,
  readSelector,
  readTime,
} from './parse.ts'
import type { OptionSpec, Verb } from './verb.ts'

const services = 'Services:'
const output = 'What they say:'
const running = 'Run something:'
const agent = 'The agent:'

/** Each verb states the options that its work takes; that both agree is checked where it is loaded. */
const verb = <Options extends CommonOptions>(spec: Verb<Options>): Verb<CommonOptions> => spec as Verb<CommonOptions>

const selection: readonly OptionSpec[] = [
  { flags: '--tag <tag>', summary: 'those with this tag (may be repeated: any of them)', read: collect },
  { flags: '--group <group>', summary: 'those of this group', read: collect },
  { flags: '--app <app>', summary: 'those of this app', read: collect },
  { flags: '--all', summary: 'every service' },
  { flags: '--wait', summary: 'answer only when it is so' },
  { flags: '--timeout <duration>', summary: 'how long to wait at most (30s)', read: readDuration },
]

const variables: readonly OptionSpec[] = [
  { flags: '--var <name=value>', summary: 'the value of a variable (may be repeated)', read: collectVariable },
  { flags: '--var-file <file>', summary: 'a file of name = value lines (may be repeated)', read: collect },
]

const timeRange: readonly OptionSpec[] = [
  { flags: '--since <time>', summary: 'from then on: 10m, 2h, or a time like 2026-03-01T12:00:00Z', read: readTime },
  { flags: '--until <time>', summary: 'up to then', read: readTime },
]

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
      const { act } = await import('./commands/act.ts')
      return { run: (context, operands, options) => act(name, context, operands, options) }
    },
  })
}

export const verbs: readonly Verb<CommonOptions>[] = [
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
    load: () => import('./commands/list.ts'),
  }),
  verb({
    name: 'status',
    group: services,
    summary: 'say whether all is well, or how one service is',
    operands: '[name]',
    options: [{ flags: '-n, --lines <count>', summary: 'last lines of its log (10)', read: readCount }],
    load: () => import('./commands/status.ts'),
  }),
  verb({
    name: 'describe',
    group: services,
    summary: 'show everything about a service, its settings included',
    operands: '<name>',
    load: () => import('./commands/describe.ts'),
  }),
  verb({
    name: 'why',
    group: services,
    summary: 'say why a service is not as wanted, and what to do',
    operands: '[name]',
    load: () => import('./commands/why.ts'),
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
    load: () => import('./commands/logs.ts'),
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
    load: () => import('./commands/events.ts'),
  }),

  verb({
    name: 'top',
    group: output,
    summary: 'watch what uses the machine; Ctrl+C ends',
    options: [
      { flags: '--sort <by>', summary: 'cpu (default), memory or name', read: readChoice(['cpu', 'memory', 'name']) },
      { flags: '-n, --lines <count>', summary: 'so many services', read: readCount },
    ],
    load: () => import('./commands/top.ts'),
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
    load: () => import('./commands/metrics.ts'),
  }),

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
    load: () => import('./commands/run.ts'),
  }),
  verb({
    name: 'exec',
    group: running,
    summary: 'run a command where a service runs, as it would run',
    operands: '<name> <command...>',
    passThrough: true,
    examples: [['hxe exec web -- env', 'the environment that web has']],
    load: () => import('./commands/exec.ts'),
  }),

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
    load: () => import('./commands/agent.ts'),
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
    load: () => import('./commands/quit.ts'),
  }),
  verb({
    name: 'open',
    group: agent,
    summary: 'open the panel in the browser, signed in',
    options: [{ flags: '--print', summary: 'only print the address: valid once, for five minutes' }],
    load: () => import('./commands/open.ts'),
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
    load: () => import('./commands/completion.ts'),
  }),
  verb({
    name: '__complete',
    group: agent,
    summary: 'what may stand at the end of a command line',
    operands: '[word...]',
    passThrough: true,
    offline: true,
    hidden: true,
    load: () => import('./commands/complete.ts'),
  }),
]

export const configVerbs: readonly Verb<CommonOptions>[] = [
  verb({
    name: 'validate',
    group: 'Commands:',
    summary: 'check configuration files, without an agent',
    operands: '[path...]',
    offline: true,
    options: variables,
    examples: [
      ['hxe config validate', 'the files in their usual place'],
      ['hxe config validate configs/ --json', 'a folder, for machines'],
    ],
    load: async () => {
      const { validate } = await import('./commands/config.ts')
      return { run: validate }
    },
  }),
  verb({
    name: 'show',
    group: 'Commands:',
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
      const { show } = await import('./commands/config.ts')
      return { run: show }
    },
  }),
  verb({
    name: 'eval',
    group: 'Commands:',
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
      const { evaluate } = await import('./commands/config.ts')
      return { run: evaluate }
    },
  }),
  verb({
    name: 'fmt',
    group: 'Commands:',
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
      const { format } = await import('./commands/fmt.ts')
      return { run: format }
    },
  }),
  verb({
    name: 'plan',
    group: 'Commands:',
    summary: 'what the files on disk, or these in their place, would do to the services',
    operands: '[file...]',
    examples: [
      ['hxe config plan', 'what has changed on disk since it was loaded'],
      ['hxe config plan new/services.hcl', 'this file in place of the one of its name'],
    ],
    load: async () => {
      const { plan } = await import('./commands/change.ts')
      return { run: plan }
    },
  }),
  verb({
    name: 'apply',
    group: 'Commands:',
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
      const { apply } = await import('./commands/change.ts')
      return { run: apply }
    },
  }),
  verb({
    name: 'diff',
    group: 'Commands:',
    summary: 'what two revisions say differently (the newest and the one before)',
    operands: '[from] [to]',
    load: async () => {
      const { diff } = await import('./commands/change.ts')
      return { run: diff }
    },
  }),
  verb({
    name: 'history',
    group: 'Commands:',
    summary: 'who changed the configuration, and when',
    options: [{ flags: '-n, --limit <count>', summary: 'how many entries (20)', read: readCount }],
    load: async () => {
      const { history } = await import('./commands/change.ts')
      return { run: history }
    },
  }),
  verb({
    name: 'rollback',
    group: 'Commands:',
    summary: 'make the files say again what they said in an earlier revision',
    operands: '<revision>',
    options: [{ flags: '--timeout <duration>', summary: 'how long to wait at most (30s)', read: readDuration }],
    load: async () => {
      const { rollback } = await import('./commands/change.ts')
      return { run: rollback }
    },
  }),
  verb({
    name: 'import',
    group: 'Commands:',
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
      const { importFiles } = await import('./commands/import.ts')
      return { run: importFiles }
    },
  }),
]

const commands = 'Commands:'

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
      const { list } = await import('./commands/alerts.ts')
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
      const { acknowledge } = await import('./commands/alerts.ts')
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
      const { silence } = await import('./commands/alerts.ts')
      return { run: silence }
    },
  }),
]

export const hostVerbs: readonly Verb<CommonOptions>[] = [
  verb({
    name: 'list',
    group: commands,
    summary: 'list the hosts of the fleet and how they are',
    load: async () => {
      const { list } = await import('./commands/hosts.ts')
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
      const { connect } = await import('./commands/hosts.ts')
      return { run: connect }
    },
  }),
  verb({
    name: 'remove',
    group: commands,
    summary: 'take a host that has gone for good off the list',
    operands: '<name>',
    load: async () => {
      const { remove } = await import('./commands/hosts.ts')
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
    load: () => import('./commands/keys.ts'),
  }),
]

export const fleetVerbs: readonly Verb<CommonOptions>[] = [
  verb({
    name: 'status',
    group: commands,
    summary: 'say how this agent is joined to the others, and what hosts run of the configuration of the fleet',
    load: async () => {
      const { status } = await import('./commands/fleet.ts')
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
      const { apply } = await import('./commands/bundles.ts')
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
      const { rollout } = await import('./commands/rollout.ts')
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
      const { events } = await import('./commands/fleetevents.ts')
      return { run: events }
    },
  }),
  verb({
    name: 'commands',
    group: commands,
    summary: 'list the commands that wait for hosts that are away',
    options: [{ flags: '--withdraw <id>', summary: 'take one back that was not sent' }],
    load: async () => {
      const { commands: run } = await import('./commands/queued.ts')
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
      const { dev } = await import('./commands/fleet.ts')
      return { run: dev }
    },
  }),
]
