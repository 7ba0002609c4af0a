import type { Service } from '../../contract/index.ts'
import type { Client, Query } from './client.ts'
import { CliError, exitCodes } from './exit.ts'

export interface Selection {
  tag?: string[]
  group?: string[]
  app?: string[]
}

/** All services, page by page. */
export async function listServices(client: Client, query: Query = {}): Promise<Service[]> {
  const items: Service[] = []
  let cursor: string | undefined
  do {
    const page: { items: Service[]; nextCursor?: string } = await client.get('/services', {
      ...query,
      limit: 10_000,
      cursor,
    })
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return items
}

export const isPattern = (name: string): boolean => /[*?]/.test(name)

/** `*` is any text, `?` any one character. */
export function matcherOf(pattern: string): (name: string) => boolean {
  const source = [...pattern]
    .map((sign) => (sign === '*' ? '.*' : sign === '?' ? '.' : sign.replace(/[\\^$+.()|[\]{}]/, '\\$&')))
    .join('')
  const expression = new RegExp(`^${source}$`, 'su')
  return (name) => expression.test(name)
}

/** Whether a service is of the tags, groups and apps asked for: any of one kind, and each kind that is named. */
export function isSelected(service: Pick<Service, 'tags' | 'groups' | 'app'>, selection: Selection): boolean {
  const { tag, group, app } = selection
  return (
    (!tag || tag.some((one) => service.tags.includes(one))) &&
    (!group || group.some((one) => service.groups.includes(one))) &&
    (!app || app.some((one) => service.app === one))
  )
}

export const hasSelection = ({ tag, group, app }: Selection): boolean => Boolean(tag ?? group ?? app)

/** Whether a name that a person wrote, or a pattern, means this instance. `web` means all of `web#0`, `web#1`. */
export function isNamed(service: Pick<Service, 'name' | 'service'>, name: string): boolean {
  if (!isPattern(name)) return service.name === name || service.service === name
  const matches = matcherOf(name)
  return matches(service.name) || matches(service.service)
}

/** Of services with replicas the plain name as well as each instance's. */
export const knownNames = (services: readonly Service[]): string[] => [
  ...new Set(services.flatMap(({ name, service }) => [service, name])),
]

/** A name that nothing has, with the nearest that something has. */
export async function unknownName(
  name: string,
  known: readonly string[],
  otherwise = '"hxe list" shows what there is.',
): Promise<CliError> {
  const { closest, distance } = await import('fastest-levenshtein')
  const near = known.length === 0 ? undefined : closest(name, known)
  const isNear =
    near !== undefined &&
    distance(name.toLowerCase(), near.toLowerCase()) <= Math.max(name.length < 3 ? 1 : 2, name.length / 3)
  return new CliError(
    exitCodes.notFound,
    isPattern(name) ? `No service matches ${name}.` : `There is no service ${name}.`,
    {
      hint: isNear ? `Did you mean ${near}?` : otherwise,
    },
  )
}
