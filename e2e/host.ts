import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startAgent, type TestAgent } from './agent.ts'
import type { Place } from './launch.ts'

/** What has an agent join the fleet of a server; `more` stands in its `nats` block. */
export const joined = (name: string, url: string, more = ''): string =>
  `agent {\n  name = "${name}"\n  nats {\n    servers = ["${url}"]\n    ${more}\n  }\n}\n`

/** Another host of the fleet, on this machine: its configuration folder is its own, since files of the fleet come there. */
export function startHost(place: Place, name: string, hcl: string): Promise<TestAgent> {
  const dataDir = join(place.home, name)
  const folder = join(place.home, `${name}-config`)
  for (const path of [dataDir, folder]) mkdirSync(path, { recursive: true, mode: 0o700 })
  const config = join(folder, 'main.hcl')
  writeFileSync(config, hcl)
  return startAgent(dataDir, { ...process.env, HOME: place.home }, { config })
}
