import { join } from 'node:path'
import { z } from 'zod'
import type { ConfigFiles, Drift } from '../../contract/index.ts'
import { fleetFileName, fleetFolderName } from '../config/index.ts'
import { listDir, readTextFile } from '../os/index.ts'

/** Beside a bundle's files: what they were when they were written, so that a change by hand is seen, and by what. */
const manifestSchema = z.object({
  v: z.literal(1),
  name: z.string(),
  revision: z.number().int(),
  author: z.string(),
  time: z.string(),
  message: z.string(),
  files: z.record(z.string(), z.string()),
})
export type Manifest = z.infer<typeof manifestSchema>

/** A bundle as it lies on the disk of this host. */
export interface HeldBundle {
  manifest: Manifest
  drift: Drift[]
}

const mostManifestBytes = 2 * 1024 * 1024
const manifestEnding = '.json'

export const manifestPath = (folder: string, bundle: string): string =>
  join(folder, fleetFolderName, `${bundle}${manifestEnding}`)

/** All that there are; one whose manifest cannot be read is none, and its files are written over by the next. */
export async function readHeld(folder: string): Promise<Map<string, HeldBundle>> {
  const place = join(folder, fleetFolderName)
  const names = (await listDir(place)).map(({ name }) => name)
  const held = new Map<string, HeldBundle>()
  for (const name of names.filter((one) => one.endsWith(manifestEnding) && !one.startsWith('.'))) {
    const bundle = name.slice(0, -manifestEnding.length)
    const manifest = readManifest(await readTextFile(join(place, name), mostManifestBytes).catch(() => ''))
    if (manifest?.name === bundle) held.set(bundle, { manifest, drift: await driftOf(place, manifest, names) })
  }
  return held
}

function readManifest(text: string): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

async function driftOf(place: string, { name, files }: Manifest, there: readonly string[]): Promise<Drift[]> {
  const drift: Drift[] = []
  for (const [file, fleet] of Object.entries(files)) {
    const host = await readTextFile(join(place, `${name}.${file}`)).catch(() => null)
    if (host !== fleet) drift.push({ file, fleet, host })
  }
  for (const path of filesThere(name, there)) {
    const file = path.slice(name.length + 1)
    if (!Object.hasOwn(files, file))
      drift.push({ file, fleet: null, host: await readTextFile(join(place, path)).catch(() => null) })
  }
  return drift
}

const filesThere = (bundle: string, there: readonly string[]): string[] =>
  there.filter((name) => name.startsWith(`${bundle}.`) && name.endsWith('.hcl'))

/** A bundle's files by their names in the configuration folder, and what of it is there and is to go. */
export async function changeOf(
  folder: string,
  bundle: string,
  files: Readonly<Record<string, string>> | null,
): Promise<ConfigFiles> {
  const there = (await listDir(join(folder, fleetFolderName))).map(({ name }) => name)
  const change: ConfigFiles = {}
  for (const name of filesThere(bundle, there)) change[`${fleetFolderName}/${name}`] = null
  for (const [file, text] of Object.entries(files ?? {})) change[fleetFileName(bundle, file)] = text
  return change
}
