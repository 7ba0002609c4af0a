import { block, bool, duration, fromEnv, late, lateFile, oneOf, text, textMap, texts } from './parts.ts'

export const agent = block('The agent itself: its name, its data, its own log.', {
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
