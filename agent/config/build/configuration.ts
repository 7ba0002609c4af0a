import { expandHome } from '../home.ts'
import type {
  AgentSettings,
  AppSpec,
  Configuration,
  GroupSpec,
  LateText,
  NatsSettings,
  Origin,
  OtlpSettings,
  ServerSettings,
  ServiceSpec,
} from '../model.ts'
import { rootSchema } from '../schema/index.ts'
import { Fields } from '../settings/fields.ts'
import type { BlockSettings } from '../settings/read.ts'
import type { DecodeContext, Item } from '../values/decode.ts'
import { readAlerting } from './alerting.ts'
import { lateEntries, readMail, readNotifications } from './notifications.ts'
import { collectOrigins } from './origins.ts'
import { buildService } from './service.ts'

type DecodeEnvironment = Pick<DecodeContext, 'problems' | 'env'>

/** The configuration that the merged files describe. A service that lacks something is left out; it has been told. */
export function buildConfiguration(root: BlockSettings, context: DecodeEnvironment): Configuration {
  const { problems, env } = context
  const fields = new Fields(rootSchema, root)
  const services = new Map<string, ServiceSpec>()
  for (const block of root.blocks.get('service') ?? []) {
    const service = buildService(block, problems)
    if (service !== undefined) services.set(service.name, service)
  }
  const apps = readApps(fields)
  const origins: Origin[] = collectOrigins(root)
  const mail = readMail(fields)
  return {
    agent: readAgent(fields.inner('agent'), env.HOME),
    ...readServer(fields.inner('server')),
    services: withApps(services, apps),
    groups: readGroups(fields),
    apps,
    notifications: readNotifications(fields, mail, problems),
    ...(mail && { mail }),
    alerting: readAlerting(fields, problems),
    origins,
    agentEnvNames: environmentNames(['agent', 'server', 'notification'].flatMap((type) => root.blocks.get(type) ?? [])),
  }
}

function readAgent(fields: Fields, home: string | undefined): AgentSettings {
  // What a missing variable leaves empty is not written.
  const name = fields.text('name') || undefined
  const dataDir = fields.text('data_dir') || undefined
  const metrics = fields.inner('metrics')
  const endpoint = metrics.late('prometheus_endpoint')
  const nats = readNats(fields.inner('nats'))
  const otlp = readOtlp(fields.inner('telemetry').inner('otlp'))
  return {
    ...(name === undefined ? {} : { name }),
    ...(dataDir === undefined ? {} : { dataDir: expandHome(dataDir, home) }),
    logLevel: fields.text('log_level') as AgentSettings['logLevel'],
    labels: fields.textMap('labels'),
    quitPolicy: fields.text('quit_policy') as AgentSettings['quitPolicy'],
    configReload: fields.text('config_reload') as AgentSettings['configReload'],
    metrics: {
      enabled: metrics.bool('enabled'),
      intervalMs: metrics.number('interval'),
      retentionMs: metrics.number('retention'),
      ...(endpoint === undefined ? {} : { prometheusEndpoint: endpoint }),
    },
    ...(otlp === undefined ? {} : { otlp }),
    alerts: { enabled: fields.inner('alerts').bool('enabled') },
    ...(nats === undefined ? {} : { nats }),
  }
}

function readOtlp(fields: Fields): OtlpSettings | undefined {
  const { block } = fields
  const endpoint = fields.late('endpoint')
  if (block === undefined || endpoint === undefined) return undefined
  return {
    endpoint,
    protocol: fields.text('protocol') as OtlpSettings['protocol'],
    headers: lateEntries(fields, 'headers'),
    metrics: fields.bool('metrics'),
    traces: fields.bool('traces'),
    logs: fields.bool('logs'),
    intervalMs: fields.number('interval'),
    timeoutMs: fields.number('timeout'),
    resource: fields.textMap('resource'),
    range: block.place.source.range(block.place),
  }
}

const signIn = {
  token: 'token',
  username: 'username',
  password: 'password',
  nkeySeed: 'nkey_seed',
  credsFile: 'creds_file',
  creds: 'creds',
  signingSeed: 'signing_seed',
} as const
const certificates = {
  caFile: 'ca_file',
  certFile: 'cert_file',
  keyFile: 'key_file',
  ca: 'ca',
  cert: 'cert',
  key: 'key',
} as const

function readNats(fields: Fields): NatsSettings | undefined {
  const { block } = fields
  if (block === undefined) return undefined
  const tls = fields.inner('tls')
  const clusterName = fields.optionalText('cluster_name')
  return {
    servers: fields.lates('servers'),
    ...(clusterName === undefined ? {} : { clusterName }),
    subjectPrefix: fields.text('subject_prefix'),
    allowRemote: fields.has('allow_remote') ? fields.texts('allow_remote') : ['view', 'start', 'stop', 'restart'],
    trustedKeys: fields.texts('trusted_keys'),
    ...latesOf(fields, signIn),
    ...(tls.block === undefined ? {} : { tls: latesOf(tls, certificates) }),
    range: block.place.source.range(block.place),
  }
}

/** Those of some late texts that are written, under the names of the model. */
function latesOf<Names extends Record<string, string>>(
  fields: Fields,
  names: Names,
): { [Name in keyof Names]?: LateText } {
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, attribute]) => {
      const text = fields.late(attribute)
      return text === undefined ? [] : [[name, text]]
    }),
  ) as { [Name in keyof Names]?: LateText }
}

function readServer(fields: Fields): { server?: ServerSettings } {
  const { block } = fields
  if (block === undefined) return {}
  const tls = fields.inner('tls')
  const cors = fields.inner('cors')
  const limit = fields.inner('rate_limit')
  const certFile = tls.late('cert_file')
  const keyFile = tls.late('key_file')
  const perMinute = limit.optionalNumber('requests_per_minute')
  const server: ServerSettings = {
    // A variable that is not set must not open the port to everyone, which is what an empty address means.
    host: fields.text('host') || '127.0.0.1',
    port: fields.number('port'),
    cors: { allowedOrigins: cors.texts('allowed_origins'), allowedMethods: cors.texts('allowed_methods') },
    range: block.place.source.range(block.place),
  }
  if (tls.block !== undefined) {
    server.tls = {
      enabled: tls.bool('enabled'),
      ...(certFile === undefined ? {} : { certFile }),
      ...(keyFile === undefined ? {} : { keyFile }),
    }
  }
  if (perMinute !== undefined) {
    server.rateLimit = { requestsPerMinute: perMinute, burstSize: limit.optionalNumber('burst_size') ?? perMinute }
  }
  return { server }
}

function readGroups(fields: Fields): Map<string, GroupSpec> {
  const groups = fields.all('group').map(
    (group): GroupSpec => ({
      name: group.block?.label ?? '',
      description: group.text('description'),
      order: group.number('order'),
    }),
  )
  return new Map(groups.map((group) => [group.name, group]))
}

function readApps(fields: Fields): Map<string, AppSpec> {
  const apps = fields.all('app').map(
    (app): AppSpec => ({
      name: app.block?.label ?? '',
      services: app.texts('services'),
      description: app.text('description'),
    }),
  )
  return new Map(apps.map((app) => [app.name, app]))
}

/** Tells each service the first app that names it. */
function withApps(services: Map<string, ServiceSpec>, apps: ReadonlyMap<string, AppSpec>): Map<string, ServiceSpec> {
  for (const app of apps.values()) {
    for (const name of app.services) {
      const service = services.get(name)
      if (service !== undefined && service.app === undefined) services.set(name, { ...service, app: app.name })
    }
  }
  return services
}

/** The environment variables that blocks refer to. */
function environmentNames(blocks: readonly BlockSettings[]): string[] {
  const names = new Set<string>()
  const visit = (item: Item): void => {
    const { value, text } = item
    if (Array.isArray(value)) value.forEach(visit)
    else if (value instanceof Map) for (const entry of value.values()) visit(entry)
    // A text that had to be known at once has its references only in what was written.
    const written = [...(text?.parts ?? []), ...(typeof value === 'object' && 'parts' in value ? value.parts : [])]
    for (const part of written) if (typeof part !== 'string' && part.from === 'env') names.add(part.name)
  }
  for (const block of blocks) {
    for (const setting of block.attributes.values()) visit(setting)
    for (const name of environmentNames([...block.blocks.values()].flat())) names.add(name)
  }
  return [...names]
}
