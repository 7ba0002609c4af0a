import type { FleetHost } from '../../../contract/index.ts'
import type { ShapeName } from '../../parts/index.ts'

/** The state of a host as a shape and a word; services that need attention make it a host that does. */
export function hostState({ state, services, self }: FleetHost): { shape: ShapeName; word: string } {
  if (state === 'unreachable') return { shape: 'unknown', word: 'Unreachable' }
  if (services.failing > 0) return { shape: 'unhealthy', word: 'Attention' }
  return { shape: 'running', word: self ? 'This computer' : 'Online' }
}

/** What is to be known beside its state, if anything; `atTime` words a moment of today. */
export function hostNote(host: FleetHost, atTime: (iso: string) => string): string | null {
  const { state, connectionLost, left, breaker, retryAt, notes } = host
  if (connectionLost) return 'this computer hears nobody'
  if (state === 'unreachable') return left ? 'its agent has ended' : null
  if (breaker === 'open') return retryAt === undefined ? 'no calls for now' : `no calls until ${atTime(retryAt)}`
  if (breaker === 'half-open') return 'one call is tried'
  // Another version is seen in the column of versions.
  return notes.find((note) => !isAboutVersion(note)) ?? null
}

export const isAboutVersion = (note: string): boolean => note.startsWith('It runs version')

/**
 * Whether a host has all words of a filter: `state:online`, `version:0.1`, `zone:eu` for its labels, or a part of its name
 * or of anything else that is seen.
 */
export function hostMatches(host: FleetHost, filter: string): boolean {
  const { word } = hostState(host)
  const text = [host.name, word, host.version, ...Object.entries(host.labels).flat()].join(' ').toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every((each) => {
      const colon = each.indexOf(':')
      if (colon < 1) return text.includes(each)
      const [key, value] = [each.slice(0, colon), each.slice(colon + 1)]
      if (key === 'state') return word.toLowerCase().startsWith(value)
      if (key === 'version') return host.version.startsWith(value)
      const label = Object.entries(host.labels).find(([name]) => name.toLowerCase() === key)
      return label?.[1].toLowerCase().includes(value) ?? false
    })
}

export const hostOrders = {
  name: (a: FleetHost, b: FleetHost) => Number(b.self) - Number(a.self) || a.name.localeCompare(b.name),
  state: (a: FleetHost, b: FleetHost) => rank(a) - rank(b) || a.name.localeCompare(b.name),
  cpu: (a: FleetHost, b: FleetHost) => (b.cpuPercent ?? -1) - (a.cpuPercent ?? -1),
  memory: (a: FleetHost, b: FleetHost) => (b.memoryPercent ?? -1) - (a.memoryPercent ?? -1),
  latency: (a: FleetHost, b: FleetHost) => (b.latencyMs ?? -1) - (a.latencyMs ?? -1),
} as const
export type HostOrder = keyof typeof hostOrders

const rank = ({ state, services }: FleetHost): number => (state === 'unreachable' ? 0 : services.failing > 0 ? 1 : 2)

/** The ways to sign in to a server, with what is run on the other machine. */
export const signIns = [
  ['creds', 'Creds file', '--creds HOST.creds'],
  ['nkey', 'NKey', '--nkey HOST.nk'],
  ['none', 'None', ''],
] as const
export type SignIn = (typeof signIns)[number][0]

/** What is run on a machine that is to join. */
export function joinCommand(server: string, signIn: SignIn, trusted: readonly string[]): string {
  const more = signIns.find(([id]) => id === signIn)?.[2] ?? ''
  const trust = signIn === 'none' ? [] : trusted.map((key) => `--trust ${key}`)
  return ['npx hxe hosts connect', server, more, ...trust].filter(Boolean).join(' ')
}
