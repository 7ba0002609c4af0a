import type { ImportFound, ImportRequest } from '../../../contract/index.ts'

export type Candidate = ImportFound['candidates'][number]

/** Files that are taken, each with the names that are wanted from it; null is what it gives without being asked. */
export type Chosen = Readonly<Record<string, readonly string[] | null>>

/** Whether there is anything in it that could be taken. */
export const isUsable = ({ services, others, code }: Candidate): boolean =>
  services.length + others.length > 0 || code === true

/** What one would take without being asked: all that keeps running, and no code. */
export function chosenAtFirst(candidates: readonly Candidate[]): Chosen {
  const plain = candidates.filter(({ services, code }) => services.length > 0 && !code)
  return Object.fromEntries(plain.map(({ file }) => [file, null]))
}

export function toggleFile(chosen: Chosen, { file, services, others, code }: Candidate): Chosen {
  if (Object.hasOwn(chosen, file)) return without(chosen, file)
  return { ...chosen, [file]: code || services.length > 0 ? null : others }
}

/** The names that are taken of a file; with `docker` the images of a compose file are among what it gives unasked. */
export function namesOf(
  chosen: Chosen,
  { file, kind, services, others }: Candidate,
  docker: boolean,
): readonly string[] {
  if (!Object.hasOwn(chosen, file)) return []
  return chosen[file] ?? (docker && kind === 'compose' ? [...services, ...others] : services)
}

/** A file whose last name is taken away is not chosen any more. */
export function toggleName(chosen: Chosen, candidate: Candidate, name: string, docker: boolean): Chosen {
  const { file } = candidate
  const names = namesOf(chosen, candidate, docker)
  const next = names.includes(name) ? names.filter((other) => other !== name) : [...names, name]
  return next.length === 0 ? without(chosen, file) : { ...chosen, [file]: next }
}

export function requestOf(folder: string, chosen: Chosen, docker: boolean, run: readonly string[]): ImportRequest {
  const files = Object.entries(chosen).map(([file, services]) => ({
    file,
    ...(services === null ? {} : { services: [...services] }),
  }))
  return { folder, files, docker, run: run.filter((file) => Object.hasOwn(chosen, file)) }
}

function without(chosen: Chosen, file: string): Chosen {
  const { [file]: _gone, ...others } = chosen
  return others
}
