import { didYouMean, type Place, type Problem, type Problems } from '../problems.ts'
import type { BlockSettings } from '../settings/read.ts'
import type { Item } from '../values/decode.ts'
import { shorten } from '../values/names.ts'

/** A name that is used, and where. */
export interface Reference {
  name: string
  place: Place
}

export function dependenciesOf(service: BlockSettings): Reference[] {
  const blocks = service.blocks.get('depends_on') ?? []
  return [...references(service, 'depends_on'), ...blocks.flatMap((block) => references(block, 'service'))]
}

function references(block: BlockSettings, attribute: string): Reference[] {
  const setting = block.attributes.get(attribute)
  if (setting === undefined) return []
  const items: readonly Item[] = Array.isArray(setting.value) ? setting.value : [setting]
  return items.flatMap(({ value, place }) => (typeof value === 'string' ? [{ name: value, place }] : []))
}

/** Names of services that nobody has: an error for a dependency, a remark for an app, which runs nothing. */
export function checkReferences(root: BlockSettings, problems: Problems): void {
  const services = root.blocks.get('service') ?? []
  const names = new Set(services.flatMap(({ label }) => label ?? []))
  for (const service of services) checkNames(dependenciesOf(service), 'depends_on', 'error', names, problems)
  for (const app of root.blocks.get('app') ?? []) {
    checkNames(references(app, 'services'), 'services', 'warning', names, problems)
  }
}

function checkNames(
  found: readonly Reference[],
  what: string,
  severity: 'error' | 'warning',
  names: ReadonlySet<string>,
  problems: Problems,
): void {
  const seen = new Set<string>()
  for (const { name, place } of found) {
    if (seen.has(name)) {
      problems.warning(place, {
        code: 'duplicate-key',
        message: `"${shorten(name)}" stands twice in ${what}.`,
        suggestion: 'Remove one of them.',
      })
    }
    seen.add(name)
    if (!names.has(name)) problems[severity](place, describeUnknown(name, names))
  }
}

function describeUnknown(name: string, names: ReadonlySet<string>): Problem {
  const instance = /^(.*)#\d+$/.exec(name)?.[1]
  return {
    code: 'unknown-service',
    message: `There is no service "${shorten(name)}".`,
    expected: names.size === 0 ? 'the name of a service' : `the name of a service: ${listSome(names)}`,
    ...(instance !== undefined && names.has(instance)
      ? { suggestion: `Write "${instance}": it means all its replicas.` }
      : didYouMean(name, names)),
  }
}

/** What waits for a service that may not be started waits for ever. */
export function checkDisabled(services: readonly BlockSettings[], problems: Problems): void {
  const isOff = (service: BlockSettings): boolean => service.attributes.get('enabled')?.value === false
  const disabled = new Set(services.flatMap((service) => (isOff(service) ? (service.label ?? []) : [])))
  if (disabled.size === 0) return
  for (const service of services) {
    if (isOff(service)) continue
    for (const { name, place } of dependenciesOf(service)) {
      if (!disabled.has(name)) continue
      problems.warning(place, {
        code: 'disabled-dependency',
        message: `${name} is disabled, so ${service.label} never starts.`,
        expected: 'a service that is enabled',
        suggestion: `Set enabled = true for ${name}, or remove this dependency.`,
      })
    }
  }
}

function listSome(names: ReadonlySet<string>): string {
  const all = [...names]
  return all.length > 8 ? `${all.slice(0, 8).join(', ')} …` : all.join(', ')
}

/** A group that no block describes is fine for display; a name one letter away from one that is described hardly is. */
export function checkGroups(root: BlockSettings, problems: Problems): void {
  const groups = root.blocks.get('group') ?? []
  const names = new Set(groups.flatMap(({ label }) => label ?? []))
  if (names.size === 0) return
  for (const service of root.blocks.get('service') ?? []) {
    for (const { name, place } of references(service, 'groups')) {
      if (names.has(name)) continue
      problems.warning(place, {
        code: 'unknown-group',
        message: `There is no group "${shorten(name)}".`,
        expected: `one of ${listSome(names)}, or a group block of this name`,
        ...didYouMean(name, names),
      })
    }
  }
}
