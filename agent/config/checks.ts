import type { Item } from './decode.ts'
import type { Configuration, ServiceSpec } from './model.ts'
import { shorten } from './names.ts'
import { didYouMean, nearest, type Place, type Problems } from './problems.ts'
import { type BlockSettings, reportMissing } from './settings.ts'

/** What files must agree on among themselves: names that are referred to, ports, cycles, required fields. */
export function checkConfiguration(root: BlockSettings, configuration: Configuration, problems: Problems): void {
  checkRequired(root, problems)
  const services = root.blocks.get('service') ?? []
  const names = new Set(services.flatMap(({ label }) => label ?? []))
  // Where a whole block could not be read, a name that nobody has may be its own.
  if (root.complete) checkReferences(root, names, problems)
  checkGroups(root, problems)
  checkPorts(services, problems)
  checkCycles(services, problems)
  checkFields(root, services, problems)
  checkSharedPorts(configuration, services, problems)
}

function checkRequired(block: BlockSettings, problems: Problems): void {
  if (block.complete && block.type !== 'template') reportMissing(block, problems)
  for (const blocks of block.blocks.values()) for (const inner of blocks) checkRequired(inner, problems)
}

interface Reference {
  name: string
  place: Place
}

function dependenciesOf(service: BlockSettings): Reference[] {
  const blocks = service.blocks.get('depends_on') ?? []
  return [...references(service, 'depends_on'), ...blocks.flatMap((block) => references(block, 'service'))]
}

function references(block: BlockSettings, attribute: string): Reference[] {
  const setting = block.attributes.get(attribute)
  if (setting === undefined) return []
  const items: readonly Item[] = Array.isArray(setting.value) ? setting.value : [setting]
  return items.flatMap(({ value, place }) => (typeof value === 'string' ? [{ name: value, place }] : []))
}

function checkReferences(root: BlockSettings, names: ReadonlySet<string>, problems: Problems): void {
  const uses = [
    ...(root.blocks.get('service') ?? []).map((block) => ({ what: 'depends_on', found: dependenciesOf(block) })),
    ...(root.blocks.get('app') ?? []).map((block) => ({ what: 'services', found: references(block, 'services') })),
  ]
  for (const { what, found } of uses) {
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
      if (!names.has(name)) reportUnknownService(name, place, names, problems)
    }
  }
}

function reportUnknownService(name: string, place: Place, names: ReadonlySet<string>, problems: Problems): void {
  const instance = /^(.*)#\d+$/.exec(name)?.[1]
  problems.error(place, {
    code: 'unknown-service',
    message: `There is no service "${shorten(name)}".`,
    expected: names.size === 0 ? 'the name of a service' : `the name of a service: ${listSome(names)}`,
    ...(instance !== undefined && names.has(instance)
      ? { suggestion: `Write "${instance}": it means all its replicas.` }
      : didYouMean(name, names)),
  })
}

function listSome(names: ReadonlySet<string>): string {
  const all = [...names]
  return all.length > 8 ? `${all.slice(0, 8).join(', ')} …` : all.join(', ')
}

/** A group that no block describes is fine for display; a name one letter away from one that is described hardly is. */
function checkGroups(root: BlockSettings, problems: Problems): void {
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

/** All the ports that a service's instances declare, and where. */
function portsOf(service: BlockSettings): { port: number; place: Place }[] {
  const setting = service.attributes.get('ports')
  const replicas = Number(service.attributes.get('replicas')?.value ?? 1)
  const step = Number(service.attributes.get('port_step')?.value ?? 1)
  const items = Array.isArray(setting?.value) ? setting.value : []
  return items.flatMap(({ value, place }) => {
    const port = Number(value)
    const count = step === 0 ? 1 : replicas
    return Array.from({ length: count }, (_, replica) => ({ port: port + replica * step, place }))
  })
}

function checkPorts(services: readonly BlockSettings[], problems: Problems): void {
  const holders = new Map<number, { service: string; place: Place }>()
  for (const service of services) {
    const name = service.label ?? ''
    for (const { port, place } of portsOf(service)) {
      const holder = holders.get(port)
      if (holder === undefined) holders.set(port, { service: name, place })
      else if (holder.place !== place) reportPort(port, name, place, holder, problems)
    }
  }
}

function reportPort(
  port: number,
  name: string,
  place: Place,
  holder: { service: string; place: Place },
  problems: Problems,
): void {
  const { line } = holder.place.source.position(holder.place.start)
  const isOwn = holder.service === name
  problems.error(place, {
    code: 'duplicate-port',
    message: isOwn
      ? `Port ${port} is declared twice by ${name}.`
      : `Port ${port} is declared by ${holder.service} as well (${holder.place.source.file}:${line}).`,
    expected: 'a port of its own',
    suggestion: isOwn ? 'Remove one of them, or set port_step.' : 'Choose another port for one of them.',
  })
}

/** Finds each cycle once, and says it at the dependency that closes it. */
function checkCycles(services: readonly BlockSettings[], problems: Problems): void {
  const byName = new Map(services.map((service) => [service.label ?? '', service]))
  const done = new Set<string>()
  for (const start of byName.keys()) visit(start)

  // Iterative, since a chain of thousands of services is legal and a stack is not endless.
  function visit(start: string): void {
    if (done.has(start)) return
    const path: { name: string; left: Reference[] }[] = [{ name: start, left: next(start) }]
    const onPath = new Set([start])
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const reference = top.left.shift()
      if (reference === undefined) {
        done.add(top.name)
        onPath.delete(top.name)
        path.pop()
      } else if (onPath.has(reference.name)) {
        const names = path.map(({ name }) => name)
        reportCycle([...names.slice(names.indexOf(reference.name)), reference.name], reference.place, problems)
      } else if (!done.has(reference.name) && byName.has(reference.name)) {
        onPath.add(reference.name)
        path.push({ name: reference.name, left: next(reference.name) })
      }
    }
  }

  function next(name: string): Reference[] {
    const service = byName.get(name)
    return service === undefined ? [] : dependenciesOf(service)
  }
}

function reportCycle(names: readonly string[], place: Place, problems: Problems): void {
  const [first, second] = names
  const shown = names.length > 20 ? [...names.slice(0, 19), '…', names.at(-1)] : names
  problems.error(place, {
    code: 'dependency-cycle',
    message:
      first === second ? `${first} depends on itself.` : `These services wait for one another: ${shown.join(' → ')}.`,
    expected: 'dependencies that do not lead back',
    suggestion: 'Remove one of these dependencies.',
  })
}

/** `field` blocks: every service has what is required, of the kind that is declared, and nothing that is not. */
function checkFields(root: BlockSettings, services: readonly BlockSettings[], problems: Problems): void {
  const declared = new Map((root.blocks.get('field') ?? []).map((field) => [field.label ?? '', field]))
  if (declared.size === 0) return
  for (const service of services) {
    const setting = service.attributes.get('fields')
    const given = setting?.value instanceof Map ? setting.value : new Map<string, Item & { key: Place }>()
    for (const [name, item] of given) checkField(name, item, declared, problems)
    for (const [name, field] of declared) {
      // A misspelt field has been said, with this one as the suggestion.
      const isMisspelt = [...given.keys()].some(
        (other) => !declared.has(other) && nearest(other, declared.keys()) === name,
      )
      if (isMisspelt) continue
      if (field.attributes.get('required')?.value !== true || given.has(name) || !service.complete) continue
      problems.error(setting?.name ?? service.place, {
        code: 'missing-field',
        message: `${service.label} lacks the field "${name}".`,
        expected: `fields = { ${name} = … }`,
      })
    }
  }
}

function checkField(
  name: string,
  item: Item & { key: Place },
  declared: ReadonlyMap<string, BlockSettings>,
  problems: Problems,
): void {
  const field = declared.get(name)
  if (field === undefined) {
    problems.error(item.key, {
      code: 'unknown-field',
      message: `There is no field "${shorten(name)}".`,
      expected: `one of ${[...declared.keys()].join(', ')}`,
      ...didYouMean(name, declared.keys()),
    })
    return
  }
  const type = String(field.attributes.get('type')?.value ?? 'string')
  const kind = Array.isArray(item.value)
    ? 'list'
    : item.value instanceof Map
      ? 'map'
      : { string: 'string', number: 'number', boolean: 'bool' }[typeof item.value as 'string' | 'number' | 'boolean']
  if (kind === type) return
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    bool: 'true or false',
    list: 'a list',
  }
  problems.error(item.place, {
    code: 'wrong-type',
    message: `The field "${name}" must be ${words[type] ?? type}.`,
    expected: words[type] ?? type,
  })
}

/** Replicas that share a port can do so only if they say so to the system; most cannot. */
function checkSharedPorts(configuration: Configuration, services: readonly BlockSettings[], problems: Problems): void {
  for (const block of services) {
    const service: ServiceSpec | undefined = configuration.services.get(block.label ?? '')
    const setting = block.attributes.get('replicas')
    if (service === undefined || setting === undefined || service.replicas === 1) continue
    if (service.ports.length > 0 && service.portStep === 0) {
      problems.warning(setting.place, {
        code: 'shared-port',
        message: `All ${service.replicas} replicas are told to listen on port ${service.ports[0]?.port}.`,
        expected: 'a port_step above 0, unless they share the port',
      })
    }
  }
}
