import { importKinds } from '../../contract/index.ts'
import { readCompose } from './formats/compose.ts'
import { readPackage } from './formats/package.ts'
import { readPm2 } from './formats/pm2.ts'
import { readProcessCompose } from './formats/processcompose.ts'
import { readProcfile } from './formats/procfile.ts'
import { readSupervisord } from './formats/supervisord.ts'
import { readSystemd } from './formats/systemd.ts'
import type { Reader } from './types.ts'

export const kinds = importKinds
export type ImportKind = (typeof kinds)[number]

export const readers: Readonly<Record<ImportKind, Reader>> = {
  package: readPackage,
  procfile: readProcfile,
  compose: readCompose,
  'process-compose': readProcessCompose,
  pm2: readPm2,
  supervisord: readSupervisord,
  systemd: readSystemd,
}

const names: readonly (readonly [RegExp, ImportKind])[] = [
  [/^package\.json$/, 'package'],
  [/^Procfile(?:\.[\w-]+)?$/, 'procfile'],
  [/^(?:docker-)?compose(?:[.-][\w-]+)?\.ya?ml$/, 'compose'],
  [/^process-compose(?:\.[\w-]+)?\.ya?ml$/, 'process-compose'],
  [
    /^(?:[\w.-]*ecosystem|pm2|process|pm2\.config|ecosystem\.config|[\w-]+\.config\.pm2)(?:\.config|\.[\w-]+)?\.(?:json|js|cjs|mjs)$/,
    'pm2',
  ],
  [/^supervisord?\.(?:conf|ini)$/, 'supervisord'],
  [/\.service$/, 'systemd'],
]

/** What a file is by its name; a `.conf` may be one of supervisord's and is told by what is in it. */
export function kindOf(name: string): ImportKind | undefined {
  return names.find(([pattern]) => pattern.test(name))?.[1]
}

export const isSupervisordText = (text: string): boolean => /^\[program:[^\]\n]+\]/m.test(text)
