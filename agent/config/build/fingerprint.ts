import { createHash } from 'node:crypto'
import type { CommandSpec, LateText, ServiceSpec } from '../model.ts'
import type { BlockSettings } from '../settings/read.ts'

type Unmarked = Omit<ServiceSpec, 'runFingerprint' | 'fingerprint'>

/**
 * Two marks of a service: of what needs a restart to take effect, and of everything that was written about it. Neither
 * changes with comments, order or position.
 */
export function fingerprintOf(spec: Unmarked, block: BlockSettings, folder: string): { run: string; whole: string } {
  const run = {
    type: spec.type,
    command: command(spec.command),
    folder,
    workingDir: late(spec.workingDir),
    user: late(spec.user),
    group: late(spec.group),
    umask: spec.umask,
    nice: spec.nice,
    environment: [...spec.environment].map(([name, text]) => [name, late(text)]).sort(byName),
    envFiles: spec.envFiles.map(late),
    inheritEnv: spec.inheritEnv,
    // The first port becomes PORT, and moves on by the step, unless PORT is set.
    port: spec.environment.has('PORT') ? undefined : spec.ports[0]?.port,
    portStep: spec.portStep,
    resources: spec.resources,
    capture: spec.logs.capture,
  }
  return { run: hash(run), whole: hash(written(block)) }
}

/** The marks of a service once more, with what is in the files that it runs by, and in all that it gets values from. */
export function markedWith(
  { runFingerprint, fingerprint }: Pick<ServiceSpec, 'runFingerprint' | 'fingerprint'>,
  run: ReadonlyMap<string, string | null>,
  all: ReadonlyMap<string, string | null>,
): Pick<ServiceSpec, 'runFingerprint' | 'fingerprint'> {
  return {
    runFingerprint: hash([runFingerprint, [...run.values()]]),
    fingerprint: hash([fingerprint, [...all.values()]]),
  }
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)
}

function late(text: LateText | undefined): unknown {
  return text?.parts.map((part) => {
    if (typeof part === 'string') return part
    const { range: _, ...reference } = part
    return reference
  })
}

function command(spec: CommandSpec): unknown {
  return { argv: spec.argv.map(late), shell: spec.shell }
}

function byName(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1
}

/** A block without its positions, its attributes by name. */
function written(block: BlockSettings): unknown {
  const attributes = [...block.attributes].map(([name, { value }]) => [name, plain(value)]).sort(byName)
  const blocks = [...block.blocks].map(([type, inner]) => [type, inner.map(written)]).sort(byName)
  return { label: block.label, attributes, blocks }
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item.value))
  if (value instanceof Map) return [...value].map(([name, item]) => [name, plain(item.value)]).sort(byName)
  return typeof value === 'object' && value !== null && 'parts' in value ? late(value as LateText) : value
}
