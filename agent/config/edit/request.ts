import type { EditRefusal } from '../../../contract/index.ts'
import { openWorkspace } from '../language/workspace.ts'
import type { LoadOptions } from '../load.ts'
import { serviceSchema } from '../schema/index.ts'
import type { Edit } from './attribute.ts'
import { homesOf } from './find.ts'
import { mentionsOf, releaseService, removeService } from './names.ts'
import type { Json, JsonObject } from './print.ts'
import { refuseBroken } from './reasons.ts'
import { assign, replaceMembers, UnknownPath } from './service.ts'
import { Session } from './session.ts'

/** A change of a service, as text. */
export type EditRequest = { service: string } & (
  | { kind: 'replace'; values: JsonObject; override: boolean }
  | { kind: 'change'; changes: readonly { path: readonly string[]; value: Json }[]; override: boolean }
  | { kind: 'remove'; release: boolean }
)

export interface EditAnswer {
  /** The files that differ; none when something was refused. */
  files: { name: string; path: string; before: string; after: string }[]
  refusals: EditRefusal[]
  /** No file has the service. */
  isMissing: boolean
  /** A name that services do not have. */
  unknown?: string
  /** What names the service besides: `app "shop"`. */
  mentions: string[]
}

/** Opens the files of a configuration to be changed, with the texts that are not saved yet. */
export async function openSession(unsaved: Readonly<Record<string, string>>, options: LoadOptions): Promise<Session> {
  return new Session((await openWorkspace(unsaved, options)).files)
}

/** What a change makes of the texts on disk; nothing is written. */
export async function editService(request: EditRequest, options: LoadOptions): Promise<EditAnswer> {
  return editIn(await openSession({}, options), request)
}

/** What a change makes of a session's texts, which it has afterwards unless something was refused. */
export function editIn(session: Session, request: EditRequest): EditAnswer {
  const before = session.files
  const { service } = request
  const homes = homesOf(session, service)
  const mentions = [...new Set(mentionsOf(session, service).map(({ by }) => by))]
  const answer: EditAnswer = { files: [], refusals: [], isMissing: homes.length === 0, mentions }
  const broken = new Map(homes.map(({ file }) => [file.path, refuseBroken(file)]))
  answer.refusals = [...broken.values()].filter((each) => each !== undefined)
  if (answer.isMissing || answer.refusals.length > 0) return answer
  try {
    answer.refusals = carryOut(session, request)
  } catch (error) {
    if (!(error instanceof UnknownPath)) throw error
    answer.unknown = error.path
  }
  if (answer.refusals.length > 0 || answer.unknown !== undefined) session.restore(before)
  return { ...answer, files: session.changed() }
}

function carryOut(session: Session, request: EditRequest): EditRefusal[] {
  const { service } = request
  if (request.kind === 'remove') {
    removeService(session, service)
    if (request.release) releaseService(session, service)
    return []
  }
  const edit: Edit = { session, service, override: request.override }
  if (request.kind === 'replace') return replaceMembers(edit, [], serviceSchema, request.values)
  return request.changes.flatMap(({ path, value }) => assign(edit, path, value))
}
