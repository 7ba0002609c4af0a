/**
 * The configuration after parsing, merging and checking, before anything that resolves late
 * (environment variables, credentials, files) has been looked up.
 */

/** Where a value stands. Lines and columns from 1, in code points; the end is exclusive. */
export interface Range {
  file: string
  line: number
  column: number
  endLine: number
  endColumn: number
}

/** A text that may hold parts known only when a service starts. */
export interface LateText {
  parts: readonly (string | LateReference)[]
  range: Range
  /** Came from a credential, a sensitive variable, an `env:` password, or its name looks like a secret. */
  secret: boolean
}
export type LateReference =
  | { from: 'env'; name: string; fallback?: string; range: Range }
  | { from: 'credential'; name: string; range: Range }
  | { from: 'file'; path: string; range: Range }

export type RestartPolicy = 'always' | 'on-failure' | 'never' | 'unless-stopped'

export interface RestartSpec {
  policy: RestartPolicy
  delayMs: number
  factor: number
  maxDelayMs: number
  /** A share from 0 to 1. */
  jitter: number
  maxRetries: number
  windowMs: number
  successExitCodes: readonly number[]
}

export interface CommandSpec {
  /** Split words, or with `shell` the one text for the platform's shell. */
  argv: readonly LateText[]
  shell: boolean
  range: Range
}

export interface StopSpec {
  signal: string
  timeoutMs: number
  command?: CommandSpec
  killTree: boolean
}

export type DependencyCondition = 'started' | 'healthy' | 'completed'
export interface DependencySpec {
  service: string
  condition: DependencyCondition
  /** Restart with it. */
  restart: boolean
  range: Range
}

export interface HookSpec {
  command: CommandSpec
  timeoutMs: number
  /** `fail` (default for `pre_start`) keeps the service from starting; `ignore` says so and goes on. */
  onFailure: 'fail' | 'ignore'
  range: Range
}

export interface WatchSpec {
  paths: readonly LateText[]
  ignore: readonly string[]
  debounceMs: number
}

/** An endpoint of its own that a service has for Prometheus. */
export interface ScrapeSpec {
  url: LateText
  intervalMs: number
}

export interface LogSpec {
  maxSizeBytes: number
  maxFiles: number
  maxAgeMs?: number
  format: 'auto' | 'json' | 'text'
  multiline?: string
  capture: 'file' | 'pipe'
}

export interface CronSpec {
  schedule: string
  timezone?: string
  overlap: 'skip' | 'queue' | 'kill'
  catchUp: boolean
}

/** What a probe tries. A host that is not said is this machine. */
export type ProbeSpec =
  | {
      type: 'http'
      url: LateText
      method: string
      headers: ReadonlyMap<string, LateText>
      /** Empty: 200 to 399. */
      expectStatus: readonly number[]
      expectBody?: string
      skipVerify: boolean
    }
  | { type: 'tcp'; host?: LateText; port: number }
  | { type: 'exec'; command: CommandSpec }
  | { type: 'log'; pattern: string }
  | { type: 'grpc'; host?: LateText; port: number; service?: string; tls: boolean; skipVerify: boolean }
  | { type: 'process' }

export interface HealthCheckSpec {
  /** The label of its block, or its type and number: `http`, `tcp-2`. */
  name: string
  purpose: 'readiness' | 'liveness' | 'startup'
  onFailure: 'alert' | 'restart'
  intervalMs: number
  timeoutMs: number
  retries: number
  successThreshold: number
  startPeriodMs: number
  probe: ProbeSpec
  range: Range
}

/** One service as its files describe it; `replicas` makes several instances of it. */
export interface ServiceSpec {
  name: string
  /** The label of its block. */
  range: Range
  type: 'service' | 'task' | 'cron'
  command: CommandSpec
  workingDir?: LateText
  user?: LateText
  group?: LateText
  umask?: number
  nice?: number
  environment: ReadonlyMap<string, LateText>
  envFiles: readonly LateText[]
  /** Of each file that it gets values from, where it can be named before a start, a mark of what is in it; null where it cannot be read. */
  fileMarks?: ReadonlyMap<string, string | null>
  inheritEnv: boolean
  enabled: boolean
  autostart: boolean
  cron?: CronSpec
  replicas: number
  portStep: number
  dependsOn: readonly DependencySpec[]
  ports: readonly { port: number; range: Range }[]
  resources: {
    cpuCores?: number
    memoryBytes?: number
    pids?: number
    nofile?: number
  }
  restart: RestartSpec
  stop: StopSpec
  reload?: { signal?: string; command?: CommandSpec }
  hooks: { preStart: readonly HookSpec[]; postStart: readonly HookSpec[]; postStop: readonly HookSpec[] }
  healthChecks: readonly HealthCheckSpec[]
  logs: LogSpec
  scrapes: readonly ScrapeSpec[]
  watch?: WatchSpec
  description: string
  icon?: string
  links: Readonly<Record<string, string>>
  tags: readonly string[]
  groups: readonly string[]
  namespace?: string
  fields: ReadonlyMap<string, unknown>
  app?: string
  /**
   * Changes with anything that needs a restart to take effect, and with nothing else (not with comments, order, or what is
   * only display or can be changed in place: description, tags, restart policy, stop, logs …).
   */
  runFingerprint: string
  /** Changes with anything that was written about the service. */
  fingerprint: string
}

export interface AgentSettings {
  name?: string
  dataDir?: string
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  labels: Readonly<Record<string, string>>
  quitPolicy: 'stop' | 'keep'
  configReload: 'auto' | 'ask'
  metrics: { enabled: boolean; intervalMs: number; retentionMs: number; prometheusEndpoint?: LateText }
  /** Where figures, operations and lines are told; absent: nowhere. */
  otlp?: OtlpSettings
  alerts: { enabled: boolean }
  nats?: NatsSettings
}

/** A receiver of OpenTelemetry. */
export interface OtlpSettings {
  endpoint: LateText
  protocol: 'http/protobuf' | 'http/json'
  headers: ReadonlyMap<string, LateText>
  metrics: boolean
  traces: boolean
  logs: boolean
  intervalMs: number
  timeoutMs: number
  resource: Readonly<Record<string, string>>
  range: Range
}

/** The fleet that an agent belongs to. */
export interface NatsSettings {
  servers: readonly LateText[]
  clusterName?: string
  subjectPrefix: string
  allowRemote: readonly string[]
  token?: LateText
  username?: LateText
  password?: LateText
  nkeySeed?: LateText
  credsFile?: LateText
  /** The text of such a file. */
  creds?: LateText
  trustedKeys: readonly string[]
  signingSeed?: LateText
  tls?: { caFile?: LateText; certFile?: LateText; keyFile?: LateText; ca?: LateText; cert?: LateText; key?: LateText }
  range: Range
}

/** The listener that others reach; what it lacks keeps it closed, with the reason shown. */
export interface ServerSettings {
  host: string
  port: number
  tls?: { enabled: boolean; certFile?: LateText; keyFile?: LateText }
  cors: { allowedOrigins: readonly string[]; allowedMethods: readonly string[] }
  rateLimit?: { requestsPerMinute: number; burstSize: number }
  range: Range
}

/** Somewhere that alerts are told, as its block says it; what it needs by its type has been checked. */
export interface NotificationSpec {
  name: string
  type: 'desktop' | 'webhook' | 'slack' | 'email' | 'discord' | 'telegram' | 'pagerduty' | 'command'
  /** There without a block of its own: `desktop`, and what `agent.alerts` names. */
  builtIn: boolean
  /** `url` or `webhook_url`. */
  url?: LateText
  to: readonly LateText[]
  headers: ReadonlyMap<string, LateText>
  allowPrivate: boolean
  secret?: LateText
  token?: LateText
  chatId?: LateText
  routingKey?: LateText
  command?: CommandSpec
  timeoutMs: number
  /** Templates. */
  title?: string
  text?: string
  sendResolved: boolean
  /** Absent where no file says it. */
  range?: Range
}

/** The mail server of `agent.alerts.email`. */
export interface MailSpec {
  /** Host and port. */
  server: LateText
  username?: LateText
  password?: LateText
  from?: LateText
  to: readonly LateText[]
  range: Range
}

/** Where one value came from, for `config show --origins` and a service's Configuration tab. */
export interface Origin {
  /** `services.web.environment.PORT`, with the block's labels in the path. */
  path: string
  /** The service it belongs to; a path alone cannot tell, since names may have dots. */
  service?: string
  value: unknown
  secret: boolean
  source: 'default' | 'file' | 'environment' | 'flag'
  range?: Range
  /** The name of the overriding variable or flag. */
  by?: string
  /** What it came over, the nearest first: earlier files, templates. */
  over?: readonly Pick<Origin, 'source' | 'range' | 'by'>[]
}

export interface GroupSpec {
  name: string
  description: string
  order: number
}
export interface AppSpec {
  name: string
  services: readonly string[]
  description: string
}

/** A rule as its block says it: what is not written is the built-in rule's of that name, or the default. */
export interface AlertSpec {
  name: string
  range: Range
  enabled?: boolean
  on?: 'service' | 'host' | 'agent' | 'fleet'
  match?: Readonly<Record<string, readonly string[]>>
  when?: string
  forMs?: number
  keepFiringForMs?: number
  severity?: 'info' | 'warning' | 'critical'
  labels?: Readonly<Record<string, string>>
  notify?: readonly string[]
  runbook?: string
}

export interface GroupingSpec {
  groupBy: readonly string[]
  groupWaitMs: number
  groupIntervalMs: number
  repeatIntervalMs: number
}
/** Labels with a value that may begin with `=`, `!=`, `=~` or `!~`. */
export type LabelMatch = Readonly<Record<string, string>>
export interface RouteSpec extends Partial<GroupingSpec> {
  match: LabelMatch
  notify: readonly string[]
  continue: boolean
}
export interface NotifyPolicySpec extends GroupingSpec {
  notify: readonly string[]
  routes: readonly RouteSpec[]
}
export interface InhibitSpec {
  source: LabelMatch
  target: LabelMatch
  equal: readonly string[]
}
export interface MaintenanceSpec {
  name: string
  range: Range
  match: LabelMatch
  /** Again and again, or once. */
  when: { schedule: string; durationMs: number; timezone?: string } | { startsMs: number; endsMs: number }
}
export interface AlertingSpec {
  /** By name, in the order of the files. */
  rules: ReadonlyMap<string, AlertSpec>
  policy: NotifyPolicySpec
  inhibit: readonly InhibitSpec[]
  maintenance: readonly MaintenanceSpec[]
}

export interface Configuration {
  agent: AgentSettings
  server?: ServerSettings
  /** By name, in the order of the files. */
  services: ReadonlyMap<string, ServiceSpec>
  groups: ReadonlyMap<string, GroupSpec>
  apps: ReadonlyMap<string, AppSpec>
  /** By name, those that are built in first. */
  notifications: ReadonlyMap<string, NotificationSpec>
  mail?: MailSpec
  alerting: AlertingSpec
  origins: readonly Origin[]
  /** Names that `env:` values of `agent`, `server` and `notification` blocks used: kept out of every service's environment. */
  agentEnvNames: readonly string[]
}
