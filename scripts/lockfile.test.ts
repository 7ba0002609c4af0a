import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Package {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/** Where npm looks for a dependency: beside the package, then in each folder above it. */
function placesOf(name: string, from: string): string[] {
  const above = from.lastIndexOf('/node_modules/')
  const here = `${from === '' ? '' : `${from}/`}node_modules/${name}`
  if (from === '') return [here]
  return [here, ...placesOf(name, above === -1 ? '' : from.slice(0, above))]
}

// npm leaves the other platforms' packages out when it writes a lockfile anew beside a node_modules folder, and then
// refuses that lockfile in a fresh clone.
test('the lockfile names the packages of every platform', () => {
  const lockfile = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))
  const packages: Record<string, Package> = lockfile.packages
  const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !placesOf(name, path).some((place) => place in packages))
      .map((name) => `${name}, for ${path}`),
  )
  expect(missing).toEqual([])
})
