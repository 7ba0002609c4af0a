import type { Place, Problems } from '../problems.ts'
import type { BlockSettings } from '../settings/read.ts'
import { dependenciesOf, type Reference } from './references.ts'

/** Finds each cycle once, and says it at the dependency that closes it. */
export function checkCycles(services: readonly BlockSettings[], problems: Problems): void {
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
