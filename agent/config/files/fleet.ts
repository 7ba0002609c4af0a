/** What the fleet has this host run: files beside the user's own, named by the bundle that they came with. */
import { basename } from 'node:path'

/** The folder of it, in the configuration folder. */
export const fleetFolderName = 'fleet.d'

/** A bundle's file in that folder: `web.services.hcl` is `services.hcl` of `web`. */
export const fleetFileName = (bundle: string, file: string): string => `${fleetFolderName}/${bundle}.${file}`

/** The bundle that a file there came with. */
export const bundleOfPath = (path: string): string => basename(path).split('.', 1)[0] ?? ''
