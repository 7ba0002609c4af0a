/**
 * Every block and attribute that a configuration may hold, once: validation reads it, and so do completion, hover help,
 * the JSON schema and the reference in docs/. What is marked `later` is checked like the rest and then said to be
 * not active yet.
 */

export type AttributeType =
  | TextType
  | { is: 'bool' }
  | { is: 'number'; whole?: true; min?: number; max?: number }
  /** Zero is allowed where `zero` says so. */
  | { is: 'duration'; zero?: true }
  | { is: 'size' }
  | { is: 'cpu' }
  /** With `single`, one value stands for a list of one. */
  | { is: 'list'; of: AttributeType; single?: true }
  /** With `convert`, numbers and booleans become text, as HCL does it. */
  | { is: 'map'; of: AttributeType; convert?: true }
  | { is: 'any' }

export interface TextType {
  is: 'text'
  /** May hold `env:`, `credential:`, `file:` and `${env.…}`, known only when it is used. Elsewhere they are not looked for. */
  late?: true
  /** `env:NAME` is looked up when the files are read. */
  env?: true
  oneOf?: readonly string[]
  format?: TextFormat
}
export type TextFormat =
  | 'cron'
  | 'timezone'
  | 'signal'
  | 'umask'
  | 'regex'
  | 'command'
  | 'service'
  | 'group'
  | 'template'
  | 'notification'
  | 'user'
  | 'folder'
  | 'file'
  | 'hcl-file'
  | 'http-method'

export interface AttributeSchema {
  type: AttributeType
  doc: string
  default?: string | number | boolean | readonly (string | number)[]
  required?: true
  /** What is written here is masked wherever it is shown, whatever it is called. */
  secret?: true
  later?: true
}

export interface BlockSchema {
  doc: string
  label: 'none' | 'one' | 'optional'
  /** May stand several times (labelled ones: once for each label). */
  many?: true
  attributes: Readonly<Record<string, AttributeSchema>>
  blocks: Readonly<Record<string, BlockSchema>>
  /** Any name is an attribute of this type, as in `locals`. */
  anyAttribute?: AttributeType
  later?: true
}

const text: TextType = { is: 'text' }
const late: TextType = { is: 'text', late: true }
const lateFile: TextType = { is: 'text', late: true, format: 'file' }
const fromEnv: TextType = { is: 'text', env: true }
const command: TextType = { is: 'text', late: true, format: 'command' }
const bool: AttributeType = { is: 'bool' }
const any: AttributeType = { is: 'any' }
const duration: AttributeType = { is: 'duration' }
const durationOrZero: AttributeType = { is: 'duration', zero: true }
const port: AttributeType = { is: 'number', whole: true, min: 1, max: 65_535 }
const texts: AttributeType = { is: 'list', of: text }
const lateTexts: AttributeType = { is: 'list', of: late }
const textMap: AttributeType = { is: 'map', of: text }

function whole(min: number, max?: number): AttributeType {
  return max === undefined ? { is: 'number', whole: true, min } : { is: 'number', whole: true, min, max }
}

function oneOf(...values: string[]): TextType {
  return { is: 'text', oneOf: values }
}

function block(doc: string, parts: Partial<Omit<BlockSchema, 'doc'>>): BlockSchema {
  return { doc, label: 'none', attributes: {}, blocks: {}, ...parts }
}

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

const service = block('One program that the agent runs and keeps running.', {
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

const agent = block('The agent itself: its name, its data, its own log.', {
  attributes: {
    name: { type: fromEnv, doc: "Its name in a fleet (the machine's)." },
    data_dir: { type: fromEnv, doc: 'The folder where the agent keeps logs, history and its store.' },
    log_level: {
      type: oneOf('trace', 'debug', 'info', 'warn', 'error'),
      default: 'info',
      doc: 'How much the agent writes to its own log, agent.log.',
    },
    labels: { type: { is: 'map', of: fromEnv }, doc: 'Words about this machine, for the fleet.' },
    quit_policy: { type: oneOf('stop', 'keep'), default: 'stop', doc: 'What happens to the services when it ends.' },
    config_reload: {
      type: oneOf('auto', 'ask'),
      default: 'auto',
      doc: '`auto` takes a changed file over by itself, `ask` says what it would do and waits for an apply.',
    },
  },
  blocks: {
    metrics: block('What is measured and how long it is kept.', {
      attributes: {
        enabled: { type: bool, default: true, doc: 'Whether CPU and memory of services are measured.' },
        interval: { type: duration, default: '5s', doc: 'The time between two measurements.' },
        retention: { type: duration, default: '24h', doc: 'How long measurements are kept.' },
        prometheus_endpoint: {
          type: late,
          doc: 'A listener of its own for /metrics; ":9090" means loopback unless an address is written. The token of the API is needed.',
        },
      },
    }),
    telemetry: block(
      'What this agent tells others of itself and of its services; nothing, unless a block in it says so.',
      {
        blocks: {
          otlp: block('A receiver of OpenTelemetry, over OTLP/HTTP.', {
            attributes: {
              endpoint: {
                type: late,
                required: true,
                doc: 'Its address, to which `/v1/metrics`, `/v1/traces` and `/v1/logs` are added: "http://localhost:4318".',
              },
              protocol: {
                type: oneOf('http/protobuf', 'http/json'),
                default: 'http/protobuf',
                doc: 'How what is sent is encoded.',
              },
              headers: {
                type: { is: 'map', of: late },
                secret: true,
                doc: 'Headers of each request, such as the key of a receiver; shown masked.',
              },
              metrics: {
                type: bool,
                default: true,
                doc: 'Whether figures of the machine, services and agent are sent.',
              },
              traces: { type: bool, default: true, doc: 'Whether operations are sent, each as one trace.' },
              logs: { type: bool, default: true, doc: 'Whether the lines that services write are sent.' },
              interval: { type: duration, default: '15s', doc: 'The time between two sendings of metrics.' },
              timeout: { type: duration, default: '10s', doc: 'How long one request may take.' },
              resource: {
                type: textMap,
                doc: 'Attributes of all that is sent: { "deployment.environment.name" = "home" }.',
              },
            },
          }),
        },
      },
    ),
    alerts: block('Where alerts of this agent go.', {
      attributes: {
        enabled: { type: bool, default: true, doc: 'Whether alerts are raised.' },
        webhook_url: {
          type: late,
          doc: 'An address that is told of every alert: the notification "webhook", where no block is called that.',
        },
      },
      blocks: {
        email: block('The mail server that alerts are sent through.', {
          later: true,
          attributes: {
            smtp_server: { type: late, required: true, doc: 'Host and port: "smtp.example.com:587".' },
            username: { type: late, doc: 'The user to sign in to the mail server with.' },
            password: {
              type: late,
              doc: 'The password of that user; better "env:NAME" or "credential:NAME" than the password itself.',
            },
            from: { type: late, doc: 'The address that mails come from.' },
            to: { type: { is: 'list', of: late, single: true }, doc: 'The addresses that mails go to.' },
          },
        }),
      },
    }),
    nats: block('The fleet that this agent belongs to.', {
      attributes: {
        servers: {
          type: { is: 'list', of: late, single: true },
          required: true,
          doc: 'The NATS servers of the fleet: "nats://nats.example.com:4222".',
        },
        cluster_name: { type: text, doc: 'The name of the fleet.' },
        subject_prefix: { type: text, default: 'hxe', doc: 'What all subjects of the fleet begin with.' },
        token: { type: late, doc: 'A token to sign in with.' },
        username: { type: late, doc: 'The user to sign in as.' },
        password: { type: late, doc: 'The password of that user.' },
        nkey_seed: { type: late, doc: 'The seed of an nkey to sign in with; better "file:PATH" than the seed itself.' },
        creds_file: { type: lateFile, doc: 'A `.creds` file: a JWT and its seed.' },
        creds: { type: late, doc: 'The text of such a file, as "credential:NAME".' },
        trusted_keys: {
          type: texts,
          doc: 'Public keys of those whose commands are obeyed; `hxe hosts keys` makes them.',
        },
        signing_seed: { type: late, doc: 'The seed that commands of this agent to others are signed with.' },
        allow_remote: {
          type: { is: 'list', of: oneOf('view', 'start', 'stop', 'restart', 'reload', 'signal', 'exec', 'configure') },
          default: ['view', 'start', 'stop', 'restart'],
          doc: 'What other agents of the fleet may do here; who may stop services may acknowledge and silence their alerts, too.',
        },
      },
      blocks: {
        tls: block('Encryption of the connection.', {
          attributes: {
            ca_file: { type: lateFile, doc: "The certificates that the server's one must come from, in PEM form." },
            cert_file: { type: lateFile, doc: 'The certificate that this agent shows, in PEM form.' },
            key_file: { type: lateFile, doc: "The certificate's private key, in PEM form." },
            ca: { type: late, doc: 'The text of `ca_file`, as "credential:NAME".' },
            cert: { type: late, doc: 'The text of `cert_file`.' },
            key: { type: late, doc: 'The text of `key_file`.' },
          },
        }),
      },
    }),
  },
})

const server = block('The listener that other machines reach.', {
  attributes: {
    host: { type: fromEnv, default: '127.0.0.1', doc: 'The address it listens on; "0.0.0.0" for all of this machine.' },
    port: { type: port, default: 8080, doc: 'The port it listens on.' },
  },
  blocks: {
    tls: block('Encryption of the connections to it.', {
      attributes: {
        enabled: { type: bool, default: true, doc: 'Whether connections are encrypted.' },
        cert_file: { type: lateFile, doc: 'The file of the certificate, in PEM form.' },
        key_file: { type: lateFile, doc: "The file of the certificate's private key, in PEM form." },
      },
    }),
    auth: block('Who may call, and how they say who they are.', {
      later: true,
      attributes: {
        type: { type: oneOf('jwt', 'api_key', 'oidc', 'none'), default: 'jwt', doc: 'How a caller says who they are.' },
        secret: { type: late, doc: 'What tokens are signed with.' },
        token_expiry: { type: duration, default: '24h', doc: 'How long a sign-in lasts.' },
      },
    }),
    cors: block('Which web pages of other origins may call.', {
      attributes: {
        allowed_origins: { type: texts, doc: 'Their origins: "https://app.example.com".' },
        allowed_methods: {
          type: { is: 'list', of: { is: 'text', format: 'http-method' } },
          doc: 'The HTTP methods that these pages may use.',
        },
      },
    }),
    rate_limit: block('How often one caller may ask.', {
      attributes: {
        requests_per_minute: {
          type: whole(1),
          required: true,
          doc: 'How many requests a caller may make in a minute.',
        },
        burst_size: { type: whole(1), doc: 'How many requests a caller may make at once (`requests_per_minute`).' },
      },
    }),
  },
})

const notify: AttributeSchema = {
  type: { is: 'list', of: { is: 'text', format: 'notification' } },
  doc: 'The notifications that are told; `desktop` is always there.',
}
const grouping: Record<string, AttributeSchema> = {
  group_by: { type: texts, default: ['service'], doc: 'The labels that alerts told together have in common.' },
  group_wait: {
    type: durationOrZero,
    default: '10s',
    doc: 'The wait before a group is first told: what has one cause comes together within it.',
  },
  group_interval: { type: duration, default: '1m', doc: 'The wait before what is new in a group is told.' },
  repeat_interval: { type: duration, default: '4h', doc: 'The wait before the same is told again.' },
}

const alert = block('A rule that raises an alert. One with the name of a built-in rule changes that.', {
  label: 'one',
  many: true,
  attributes: {
    enabled: { type: bool, default: true, doc: 'Whether the rule is looked at.' },
    on: { type: oneOf('service', 'host', 'agent', 'fleet'), default: 'service', doc: 'What the rule is about.' },
    match: { type: { is: 'map', of: any }, doc: 'Which services the rule is for: { tags = ["web"] }.' },
    when: {
      type: text,
      doc: 'The condition: "memory_percent > 80", "rate(restarts, 10m) > 0 and state != "running"" (docs/ALERTS.md).',
    },
    for: { type: durationOrZero, default: '0s', doc: 'How long the condition must hold before the alert is raised.' },
    keep_firing_for: {
      type: durationOrZero,
      doc: 'How long it must not hold before the alert is resolved, so that what flaps is one alert (`for`, from 10s to 1m).',
    },
    severity: { type: oneOf('info', 'warning', 'critical'), default: 'warning', doc: 'How grave the alert is.' },
    labels: { type: textMap, doc: 'Words added to the alert.' },
    notify,
    runbook: { type: text, doc: 'The address of a page that says what to do about it.' },
  },
})

const route = block('Where alerts with certain labels are told. The first that matches counts.', {
  many: true,
  attributes: {
    match: {
      type: textMap,
      required: true,
      doc: 'Labels: { severity = "critical", service = "=~web.*", team = "!=b" }; `=`, `!=`, `=~` and `!~` before the value.',
    },
    notify,
    continue: { type: bool, default: false, doc: 'Whether the routes after it are looked at as well.' },
    ...Object.fromEntries(Object.entries(grouping).map(([name, { default: _, ...rest }]) => [name, rest])),
  },
})

const maintenance = block('A time in which alerts are kept quiet by plan.', {
  label: 'one',
  many: true,
  attributes: {
    schedule: { type: { is: 'text', format: 'cron' }, doc: 'When it begins, again and again: "0 3 * * *".' },
    duration: { type: duration, doc: 'How long it lasts, with `schedule`.' },
    timezone: { type: { is: 'text', format: 'timezone' }, doc: 'The time zone of `schedule`: "Europe/Berlin".' },
    starts: { type: text, doc: 'When it begins, once: "2026-01-31T03:00:00Z".' },
    ends: { type: text, doc: 'When it ends, with `starts`.' },
    match: { type: textMap, doc: 'The labels of the alerts that are kept quiet (all): { service = "=~web.*" }.' },
  },
})

const notification = block('Somewhere that alerts are told.', {
  label: 'one',
  many: true,
  attributes: {
    type: {
      type: oneOf('desktop', 'webhook', 'slack', 'email', 'discord', 'telegram', 'pagerduty', 'command'),
      required: true,
      doc: 'How: on the desktop, by a webhook, a chat, a mail or a command.',
    },
    url: { type: late, doc: 'The address of a webhook; for telegram and pagerduty, of another server than theirs.' },
    webhook_url: { type: late, doc: 'The address of a Slack or Discord webhook.' },
    to: {
      type: { is: 'list', of: late, single: true },
      doc: 'The addresses that mails go to (those of `agent.alerts.email`).',
    },
    headers: { type: { is: 'map', of: late }, doc: 'Headers of a webhook.' },
    allow_private: { type: bool, default: false, doc: 'Whether loopback and private addresses are allowed.' },
    secret: {
      type: late,
      doc: 'What messages of a webhook are signed with, so that the receiver can tell whose they are.',
    },
    token: { type: late, doc: 'The token of a Telegram bot.' },
    chat_id: { type: late, doc: 'The chat that a Telegram bot writes to.' },
    routing_key: { type: late, doc: 'The integration key of a PagerDuty service.' },
    command: { type: command, doc: 'The command that is run, with the message as JSON on its input.' },
    timeout: { type: duration, default: '15s', doc: 'How long one try may take.' },
    title: { type: text, doc: 'A Mustache template of the title: "{{status}}: {{summary}}".' },
    text: { type: text, doc: 'A Mustache template of the text: "{{#alerts}}{{summary}}{{/alerts}}".' },
    send_resolved: { type: bool, default: true, doc: 'Whether the end of an alert is told as well.' },
  },
})

const variable = block('A value that is given from outside.', {
  label: 'one',
  many: true,
  attributes: {
    type: {
      type: oneOf('string', 'number', 'bool', 'list', 'map', 'any'),
      default: 'any',
      doc: 'What kind of value it is.',
    },
    default: { type: any, doc: 'Its value where none is given.' },
    description: { type: text, doc: 'What it is for.' },
    sensitive: { type: bool, default: false, doc: 'Whether it is masked wherever it is shown.' },
  },
})

export const rootSchema: BlockSchema = block('The configuration.', {
  attributes: {
    include: {
      type: { is: 'list', of: { is: 'text', format: 'hcl-file' }, single: true },
      doc: 'Further files, relative to this one; patterns are allowed. This file overrides what it includes.',
    },
  },
  blocks: {
    variable,
    locals: block('Values that are used several times.', { many: true, anyAttribute: any }),
    agent,
    server,
    template: { ...service, doc: 'Attributes that services take over with `extends`.' },
    group: block('Services that belong together, for display and selection.', {
      label: 'one',
      many: true,
      attributes: {
        description: { type: text, default: '', doc: 'What it is, in a sentence.' },
        order: { type: { is: 'number', whole: true }, default: 0, doc: 'Where it stands among groups, lowest first.' },
      },
    }),
    app: block('Services that together make one thing.', {
      label: 'one',
      many: true,
      attributes: {
        services: {
          type: { is: 'list', of: { is: 'text', format: 'service' } },
          required: true,
          doc: 'The services that it is made of.',
        },
        description: { type: text, default: '', doc: 'What it is, in a sentence.' },
      },
    }),
    field: block('A custom field of services.', {
      label: 'one',
      many: true,
      attributes: {
        type: {
          type: oneOf('string', 'number', 'bool', 'list'),
          default: 'string',
          doc: 'What kind of value it takes.',
        },
        required: { type: bool, default: false, doc: 'Whether every service must have it.' },
        description: { type: text, doc: 'What it is for.' },
      },
    }),
    credential: block('A secret that values refer to as "credential:NAME".', {
      label: 'one',
      many: true,
      later: true,
      attributes: {
        from: {
          type: late,
          doc: 'Where it comes from; without it, it is set in the panel or with `hxe credential set`.',
        },
        description: { type: text, doc: 'What it is for.' },
      },
    }),
    services: block('A frame around services; they may stand at the top of a file as well.', {
      many: true,
      blocks: { service },
    }),
    service,
    alert,
    notification,
    notify_policy: block('How alerts are put together and repeated, and where they are told.', {
      attributes: { notify, ...grouping },
      blocks: { route },
    }),
    maintenance,
    inhibit: block('Alerts that keep others quiet.', {
      many: true,
      attributes: {
        source: { type: textMap, required: true, doc: 'Labels of the alert that keeps others quiet.' },
        target: { type: textMap, required: true, doc: 'Labels of those that it keeps quiet.' },
        equal: { type: texts, doc: 'The labels that both alerts must have in common.' },
      },
    }),
  },
})

export const serviceSchema: BlockSchema = service
export const alertSchema: BlockSchema = alert
