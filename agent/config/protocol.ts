import type { Diagnostic, FormEdit, FormEdited, FormQuery, ServiceForm } from '../../contract/index.ts'
import type { AlertEdit, AlertEdited, EditAnswer, EditRequest, NatsEdit } from './edit/index.ts'
import type { LanguageService } from './language/index.ts'
import type { LoadOptions, LoadResult } from './load.ts'
import type { TrialResult } from './texts.ts'
import type { Marks, Trimmed } from './trimmed.ts'

/** What the agent's thread asks of the worker, and what it gets; `id` pairs them. */
export interface ConfigRequest {
  id: number
  ask:
    | { kind: 'warm-up' }
    | { kind: 'load'; options: LoadOptions }
    | { kind: 'load-texts'; files: Readonly<Record<string, string | null>>; options: LoadOptions }
    | { kind: 'try-texts'; files: Readonly<Record<string, string | null>>; options: LoadOptions; known: Marks }
    | { kind: 'check-texts'; files: Readonly<Record<string, string | null>>; options: LoadOptions }
    | { kind: 'create-starter'; folder: string; starter: string }
    | LanguageRequest
    | { kind: 'edit-service'; request: EditRequest; options: LoadOptions }
    | { kind: 'edit-alert'; request: AlertEdit; options: LoadOptions }
    | { kind: 'edit-nats'; request: NatsEdit; options: LoadOptions }
    | { kind: 'read-form'; query: FormQuery; options: LoadOptions }
    | { kind: 'edit-form'; edit: FormEdit; options: LoadOptions }
}
/** A question of an editor: a method of the language service with what it is given. */
type LanguageRequest = {
  [Method in keyof LanguageService]: {
    kind: 'language'
    method: Method
    arguments: Parameters<LanguageService[Method]>
    options: LoadOptions
  }
}[keyof LanguageService]

export type LanguageAnswer = Awaited<ReturnType<LanguageService[keyof LanguageService]>>

export type ConfigAnswer =
  | LanguageAnswer
  | Diagnostic[]
  | Trimmed
  | LoadResult
  | TrialResult
  | EditAnswer
  | AlertEdited
  | ServiceForm
  | FormEdited
  | string[]
  | null
  | undefined
export type ConfigResponse = { id: number; result: ConfigAnswer } | { id: number; error: string }
