import type { NewService } from '../../../contract/index.ts'

/** What the form holds, as it was typed. */
export const noFields = {
  name: '',
  command: '',
  working_dir: '',
  environment: '',
  depends_on: '',
  ports: '',
  restart: 'on-failure',
}
export type Fields = typeof noFields

/** The service by its HCL names; what was left empty is left out. */
export function serviceOf(fields: Fields): NewService {
  const environment = fields.environment.split('\n').flatMap((line) => {
    const at = line.indexOf('=')
    return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1)] as const] : []
  })
  const names = wordsOf(fields.depends_on)
  // What is no number stays as it is, so that the agent says what is wrong with it.
  const ports = wordsOf(fields.ports).map((word) => (/^\d+$/.test(word) ? Number(word) : word))
  return {
    name: fields.name.trim(),
    command: fields.command.trim(),
    ...(fields.working_dir.trim() === '' ? {} : { working_dir: fields.working_dir.trim() }),
    ...(environment.length === 0 ? {} : { environment: Object.fromEntries(environment) }),
    ...(names.length === 0 ? {} : { depends_on: names }),
    ...(ports.length === 0 ? {} : { ports }),
    ...(fields.restart === 'on-failure' ? {} : { restart: { policy: fields.restart } }),
  }
}

const wordsOf = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '')

const key = 'hxe.add'

/** What was typed before the page was left, or before it crashed; it goes with the window. */
export function keptFields(): Fields {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '{}')
    const known = Object.entries(kept ?? {}).filter(([name, text]) => name in noFields && typeof text === 'string')
    return { ...noFields, ...Object.fromEntries(known) }
  } catch {
    // Not readable is the same as nothing typed.
    return noFields
  }
}

/** Keeps what has been typed; nothing, once it has been added. What the browser keeps lies on the disk, where no password belongs. */
export function keepFields(fields: Fields | null): void {
  if (fields === null) sessionStorage.removeItem(key)
  else sessionStorage.setItem(key, JSON.stringify({ ...fields, environment: '' }))
}
