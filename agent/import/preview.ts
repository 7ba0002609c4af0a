import { basename, dirname } from 'node:path'
import { openFolder } from './disk.ts'
import { kindIn, readOne } from './find.ts'
import { fromValue } from './formats/pm2.ts'
import { writeService } from './hcl.ts'
import type { ImportKind } from './kinds.ts'
import { limits } from './limits.ts'
import { createNames, safeValues } from './names.ts'
import { ImportError, type Imported, type Note, Template, type Value, type Values } from './types.ts'

export interface PreviewRequest {
  folder: string
  files: readonly {
    file: string /** Names that are asked for; all that run on when absent. */
    services?: readonly string[] | undefined
  }[]
  /** Names that are taken already. */
  taken: readonly string[]
  docker?: boolean
  /** What running a file of code has given, by its name. */
  exported?: Readonly<Record<string, unknown>>
}

export interface PreviewNote extends Note {
  file: string
}

export interface PreviewService {
  name: string
  file: string
  command: string
  ports: number[]
  dependsOn: string[]
}

export interface Preview {
  hcl: string
  services: PreviewService[]
  notes: PreviewNote[]
  /** Files that are code and were not run. */
  code: string[]
}

/** The chosen files as HCL, with what could not be carried over. Runs nothing. @throws {ImportError} */
export function previewImport(request: PreviewRequest): Preview {
  const folder = openFolder(request.folder)
  const names = createNames(request.taken)
  const notes: PreviewNote[] = []
  const code: string[] = []
  const read = request.files.flatMap(({ file, services: wanted }) => {
    const tell = (note: Note): void => void notes.push({ file, ...note })
    const kind = kindIn(folder, file)
    if (kind === undefined) {
      tell({ what: basename(file), why: 'It is not a kind of file that can be imported.' })
      return []
    }
    try {
      const exported =
        request.exported && Object.hasOwn(request.exported, file) ? { value: request.exported[file] } : undefined
      const imported: Imported = exported
        ? fromValue(exported.value, { file: basename(file), folder: folder.folderOf(file) })
        : readOne(folder, file, kind, { ...(wanted ? { wanted } : {}), ...(request.docker ? { docker: true } : {}) })
      if (imported.code) code.push(file)
      for (const note of imported.notes) tell(note)
      const chosen = imported.services.filter(({ name }) => wanted === undefined || wanted.includes(name))
      return chosen.map((service) => ({ ...service, file, scope: scopeOf(file, kind) }))
    } catch (error) {
      if (!(error instanceof ImportError)) throw error
      tell({ what: basename(file), why: error.message, ...(error.line === undefined ? {} : { line: error.line }) })
      return []
    }
  })
  if (read.length > limits.services) {
    throw new ImportError(
      `These files have ${read.length} services; at most ${limits.services} are imported at once. Choose fewer files.`,
    )
  }
  const ports = new Map<number, string>()
  const named = read.map((service) => {
    const { name, changed } = names.take(service.scope, service.name)
    if (changed) notes.push({ file: service.file, what: service.name, why: `${changed} It is called "${name}" here.` })
    return { ...service, name }
  })
  const services: PreviewService[] = []
  const texts = named.map(({ name, values, file, scope }) => {
    const tell = (what: string, why: string): void => void notes.push({ file, what: `${name}: ${what}`, why })
    const linked = link(safeValues(values, tell), (other) => names.find(scope, other), tell)
    const kept: Values & { ports: number[] } = { ...linked, ports: ownPorts(name, linked.ports, ports, tell) }
    services.push({
      name,
      file,
      command: textOf(kept.command, kept.args),
      ports: kept.ports,
      dependsOn: namesIn(kept.depends_on),
    })
    return writeService(name, { ...kept, ports: kept.ports.length > 0 ? kept.ports : undefined })
  })
  return { hcl: texts.join('\n'), services, notes: notes.slice(0, limits.notes), code }
}

/** Units of one folder know one another; what is in other files does not. */
const scopeOf = (file: string, kind: ImportKind): string => (kind === 'systemd' ? `systemd:${dirname(file)}` : file)

type Tell = (what: string, why: string) => void

/** Names of others as they are written; what is not imported cannot be waited for. */
function link(values: Values, find: (name: string) => string | undefined, tell: Tell): Values {
  const listed = values.depends_on
  if (!Array.isArray(listed)) return values
  const kept = (listed as readonly Value[]).flatMap((item): Value[] => {
    const other = typeof item === 'string' ? item : String((item as Values).service)
    const name = find(other)
    if (name === undefined) {
      tell('depends_on', `${other} is not among what is imported, so it is not waited for.`)
      return []
    }
    return [typeof item === 'string' ? name : { ...(item as Values), service: name }]
  })
  return { ...values, depends_on: kept.length > 0 ? kept : undefined }
}

/** Two services that declare one port would be an error: the first has it. */
function ownPorts(name: string, value: Value | undefined, taken: Map<number, string>, tell: Tell): number[] {
  const ports = (Array.isArray(value) ? value : []) as number[]
  return [...new Set(ports)].filter((port) => {
    const owner = taken.get(port)
    if (owner !== undefined) tell('ports', `${owner} declares port ${port} already; only one of them can have it.`)
    else taken.set(port, name)
    return owner === undefined
  })
}

const plain = (value: Value | undefined): string => {
  if (!(value instanceof Template)) return typeof value === 'string' ? value : ''
  return value.parts.map((part) => (typeof part === 'string' ? part : `$${part.env}`)).join('')
}
const textOf = (command: Value | undefined, args: Value | undefined): string =>
  [plain(command), ...(Array.isArray(args) ? (args as Value[]).map(plain) : [])].join(' ')

const namesIn = (value: Value | undefined): string[] =>
  (Array.isArray(value) ? (value as Value[]) : []).map((item) =>
    typeof item === 'string' ? item : String((item as Values).service),
  )
