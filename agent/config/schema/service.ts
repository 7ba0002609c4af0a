import {
  any,
  block,
  bool,
  command,
  duration,
  durationOrZero,
  late,
  lateFile,
  lateTexts,
  oneOf,
  port,
  text,
  textMap,
  texts,
  whole,
} from './parts.ts'
import type { BlockSchema } from './types.ts'

const restartPolicies = ['on-failure', 'always', 'never', 'unless-stopped']

const hook = (phase: string, onFailure: string): BlockSchema =>
  block(`A command ${phase}.`, {
    many: true,
    attributes: {
      command: { type: command, required: true, doc: 'The command line, split by shell quoting rules.' },
      timeout: { type: duration, default: '30s', doc: 'How long it may take before it is ended.' },
      on_failure: {
        type: oneOf('fail', 'ignore'),
        default: onFailure,
        doc: '`fail`: the service does not start. `ignore`: it is said and the start goes on.',
      },
    },
  })

const healthCheck = block('How to find out whether the service answers.', {
  label: 'optional',
  many: true,
  attributes: {
    type: {
      type: oneOf('http', 'tcp', 'exec', 'log', 'grpc', 'process'),
      doc: 'What is tried: `http` where `url` is set, `tcp` where `port` is, `exec` where `command` is, `log` where `pattern` is.',
    },
    url: { type: late, doc: 'The address of an http check; `$PORT` is the PORT of the instance.' },
    host: { type: late, default: 'localhost', doc: 'The host of a tcp or grpc check.' },
    port: { type: port, doc: 'The port of a tcp or grpc check.' },
    command: { type: command, doc: 'The command of an exec check; success is exit code 0.' },
    pattern: { type: { is: 'text', format: 'regex' }, doc: 'What a line of the log must match.' },
    method: { type: { is: 'text', format: 'http-method' }, default: 'GET', doc: 'The method of an http check.' },
    headers: { type: { is: 'map', of: late }, doc: 'Headers of an http check.' },
    expect_status: {
      type: { is: 'list', of: whole(100, 599), single: true },
      doc: 'The status codes that count as success (200 to 399).',
    },
    expect_body: { type: text, doc: 'What the answer must contain, in its first mebibyte.' },
    tls_skip_verify: { type: bool, default: false, doc: 'Whether any certificate is taken (http, grpc).' },
    grpc_service: { type: text, doc: 'The service that a grpc check asks about; the server as a whole if left out.' },
    grpc_use_tls: { type: bool, default: false, doc: 'Whether a grpc check speaks TLS.' },
    interval: { type: duration, default: '10s', doc: 'The time between two checks.' },
    timeout: { type: duration, default: '5s', doc: 'How long a check may take.' },
    retries: { type: whole(1, 1000), default: 3, doc: 'Failures in a row before the service is unhealthy.' },
    start_period: {
      type: durationOrZero,
      default: '0s',
      doc: 'The time after the start in which failures do not count.',
    },
    success_threshold: { type: whole(1, 1000), default: 1, doc: 'Successes in a row before it is healthy.' },
    purpose: {
      type: oneOf('readiness', 'liveness', 'startup'),
      default: 'readiness',
      doc: 'What it tells. Until every `startup` check has passed, the others are not tried; it is not tried again itself.',
    },
    on_failure: {
      type: oneOf('alert', 'restart'),
      default: 'alert',
      doc: '`restart`: an unhealthy service is restarted, by the rules of `restart`.',
    },
  },
})

export const serviceSchema = block('One program that the agent runs and keeps running.', {
  label: 'one',
  many: true,
  attributes: {
    command: {
      type: command,
      required: true,
      doc: 'The command line, split by shell quoting rules without a shell; with `args`, the program alone.',
    },
    shell: { type: bool, default: false, doc: "Run `command` through the platform's shell." },
    args: { type: lateTexts, doc: 'The arguments; `command` is then the program alone.' },
    working_dir: {
      type: { is: 'text', late: true, format: 'folder' },
      doc: "Where it runs (the folder of the service's file).",
    },
    user: {
      type: { is: 'text', late: true, format: 'user' },
      doc: "The user it runs as (the agent's own); only an agent that runs as root can change it.",
    },
    group: { type: late, doc: "The group it runs as (the user's own)." },
    umask: { type: { is: 'text', format: 'umask' }, doc: 'The file mode mask, in octal, as text: "022".' },
    nice: { type: whole(-20, 19), doc: 'The priority: 19 yields to all others, -20 to none.' },
    environment: {
      type: { is: 'map', of: late, convert: true },
      doc: 'Environment variables; they win over `env_file` and over what is inherited.',
    },
    env_file: {
      type: { is: 'list', of: lateFile, single: true },
      doc: 'Files of variables in dotenv form; `environment` wins.',
    },
    inherit_env: { type: bool, default: true, doc: "Whether the agent's own environment is passed on." },
    enabled: {
      type: bool,
      default: true,
      doc: 'Whether it may be started at all; with false it stands in the list and never runs.',
    },
    autostart: {
      type: bool,
      default: true,
      doc: 'Whether it starts with the agent; with false it waits until it is wanted.',
    },
    type: {
      type: oneOf('service', 'task', 'cron'),
      default: 'service',
      doc: '`service` runs on, `task` runs once, `cron` runs by its `schedule`.',
    },
    schedule: { type: { is: 'text', format: 'cron' }, doc: 'When a cron job runs: "*/5 * * * *".' },
    timezone: { type: { is: 'text', format: 'timezone' }, doc: 'The time zone of `schedule`: "Europe/Berlin".' },
    overlap: {
      type: oneOf('skip', 'queue', 'kill'),
      default: 'skip',
      doc: 'What happens when the last run is still under way.',
    },
    catch_up: { type: bool, default: false, doc: 'Whether a run missed while the agent was down is made up for.' },
    replicas: { type: whole(1, 1000), default: 1, doc: 'How many instances run: `name#0`, `name#1` …' },
    port_step: { type: whole(0, 65_535), default: 1, doc: 'How far `PORT` moves on from one instance to the next.' },
    depends_on: {
      type: { is: 'list', of: { is: 'text', format: 'service' } },
      doc: 'Services that must have started first; as blocks, with a condition.',
    },
    extends: {
      type: { is: 'text', format: 'template' },
      doc: 'The template whose attributes this service takes over.',
    },
    tags: { type: texts, doc: 'Words to find and select services by.' },
    groups: {
      type: { is: 'list', of: { is: 'text', format: 'group' } },
      doc: 'The groups it belongs to, for display and selection.',
    },
    namespace: { type: text, doc: 'A name that separates teams or environments.' },
    fields: { type: { is: 'map', of: any }, doc: 'Custom fields, as `field` blocks declare them.' },
    description: { type: text, default: '', doc: 'What it is, in a sentence.' },
    icon: { type: text, doc: 'The icon that the panel shows.' },
    links: { type: textMap, doc: 'Addresses worth a click, by their titles.' },
    ports: { type: { is: 'list', of: port }, doc: 'The ports it listens on; looked at before the start.' },
  },
  blocks: {
    depends_on: block('A service that must be there first.', {
      many: true,
      attributes: {
        service: { type: { is: 'text', format: 'service' }, required: true, doc: 'The service that is needed.' },
        condition: {
          type: oneOf('started', 'healthy', 'completed'),
          default: 'started',
          doc: '`started`: its process runs; `healthy`: its checks say so; `completed`: it ended with success.',
        },
        restart: { type: bool, default: false, doc: 'Restart this service whenever that one restarts.' },
      },
    }),
    health_check: healthCheck,
    resources: block('The processor, memory and files that it may use at most.', {
      attributes: {
        cpu_limit: { type: { is: 'cpu' }, doc: 'Cores: "1000m" or "1.5".' },
        memory_limit: { type: { is: 'size' }, doc: 'Memory: "512Mi", "1Gi"; passing it restarts the service.' },
        restart_policy: { type: oneOf(...restartPolicies), doc: 'The same as `restart { policy = … }`.' },
        pids_limit: { type: whole(1), doc: 'How many processes and threads it may have.' },
        nofile: { type: whole(1), doc: 'How many files it may have open.' },
      },
    }),
    restart: block('What happens when it ends by itself.', {
      attributes: {
        policy: {
          type: oneOf(...restartPolicies),
          default: 'on-failure',
          doc: 'When it is started again; `unless-stopped` is the same as `always`.',
        },
        delay: { type: durationOrZero, default: '1s', doc: 'The wait before the first restart.' },
        factor: { type: { is: 'number', min: 1 }, default: 2, doc: 'How much longer each further wait is.' },
        max_delay: { type: durationOrZero, default: '1m', doc: 'The longest wait between two restarts.' },
        jitter: {
          type: { is: 'number', min: 0, max: 1 },
          default: 0.2,
          doc: 'The share by which each wait varies by chance, so that services do not restart in step.',
        },
        max_retries: { type: whole(0), default: 5, doc: 'Restarts within `window` before it is given up.' },
        window: {
          type: duration,
          default: '1m',
          doc: 'The time in which `max_retries` counts; a longer run resets it.',
        },
        success_exit_codes: {
          type: { is: 'list', of: whole(0, 255) },
          default: [0],
          doc: 'The exit codes that are no failure.',
        },
      },
    }),
    stop: block('How it is stopped: first the command, then the signal, then it is killed.', {
      attributes: {
        signal: { type: { is: 'text', format: 'signal' }, default: 'SIGTERM', doc: 'The signal that asks it to end.' },
        timeout: { type: duration, default: '10s', doc: 'The time it has before it is killed.' },
        command: { type: command, doc: 'A command that is run before the signal.' },
        kill_tree: { type: bool, default: true, doc: 'Whether all its processes are ended with it.' },
      },
    }),
    reload: block('How it takes up a new configuration without a restart.', {
      attributes: {
        signal: { type: { is: 'text', format: 'signal' }, doc: 'The signal that makes it reload, such as SIGHUP.' },
        command: { type: command, doc: 'The command that makes it reload.' },
      },
    }),
    hooks: block('Commands that run before it starts, after it has started and after it has ended.', {
      blocks: {
        pre_start: hook('before each start', 'fail'),
        post_start: hook('after each start', 'ignore'),
        post_stop: hook('after it has ended', 'ignore'),
      },
    }),
    logs: block('How its output is read and kept.', {
      attributes: {
        max_size: {
          type: { is: 'size' },
          default: '10MB',
          doc: 'How large a log file grows before the next one is begun.',
        },
        max_files: { type: whole(1), default: 5, doc: 'How many log files are kept; the oldest goes first.' },
        max_age: { type: duration, doc: 'How long log files are kept; without it, only `max_files` counts.' },
        format: {
          type: oneOf('auto', 'json', 'text'),
          default: 'auto',
          doc: 'How its lines are read: `json` for an object on each, `auto` finds out.',
        },
        multiline: { type: { is: 'text', format: 'regex' }, doc: 'What the first line of an entry matches.' },
        capture: {
          type: oneOf('file', 'pipe'),
          default: 'file',
          doc: '`pipe` is for programs that truncate their own output.',
        },
      },
    }),
    watch: block('Restart on file changes, in `--mode development`.', {
      attributes: {
        paths: {
          type: lateTexts,
          doc: 'The files, folders and patterns that are watched, relative to where it runs (all that is there).',
        },
        ignore: {
          type: texts,
          doc: 'Patterns of what is not, beside `.git`, `node_modules`, logs, databases and what editors leave.',
        },
        debounce: { type: durationOrZero, default: '500ms', doc: 'The quiet that a change must be followed by.' },
      },
    }),
    metrics: block("The service's own metrics.", {
      blocks: {
        scrape: block('A Prometheus endpoint.', {
          many: true,
          attributes: {
            url: {
              type: late,
              required: true,
              doc: 'The address that is read, "http://localhost:9100/metrics"; `$PORT` is the PORT of the instance.',
            },
            interval: { type: duration, default: '15s', doc: 'The time between two readings.' },
          },
        }),
      },
    }),
    scaling: block('How many instances run, by load.', {
      later: true,
      attributes: {
        min: { type: whole(0), default: 1, doc: 'The least number of instances.' },
        max: { type: whole(1), doc: 'The greatest number of instances.' },
        cpu_target: { type: { is: 'number', min: 1 }, doc: 'The CPU use in percent that each should have.' },
        cooldown: { type: durationOrZero, default: '1m', doc: 'The time between two changes.' },
      },
    }),
  },
})
