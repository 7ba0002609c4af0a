import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Diagnostic, EditRefusal, FormEdit, ServiceForm } from '../../../contract/index.ts'
import { isAborted, messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { showError, unsavedOf, useEdits, usePanel } from '../../store/index.ts'
import { withLines } from './fields.ts'

/** Typing comes in bursts; the agent is asked when there is a pause. */
const pauseMs = 200

export interface FormState {
  form: ServiceForm | null
  /** Why there is no form. */
  failed: string | null
  refusals: readonly EditRefusal[]
  /** What is wrong with the edited files. */
  problems: readonly Diagnostic[]
  change: (changes: FormEdit['changes'], override?: boolean) => Promise<void>
  /** Puts other lines in place of the service's own in one of its files. */
  write: (source: ServiceForm['sources'][number], lines: string) => Promise<void>
  dropRefusals: () => void
}

/** The form of a service and its HCL, both of the texts as they are edited anywhere in the panel. */
export function useForm(name: string): FormState {
  const unsaved = useUnsaved()
  const revision = usePanel(({ model }) => model.config?.revision ?? 0)
  const [form, setForm] = useState<ServiceForm | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const [refusals, setRefusals] = useState<readonly EditRefusal[]>([])
  const [problems, setProblems] = useState<readonly Diagnostic[]>([])
  const inTurn = useTurns()

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision means that files on disk are others
  useEffect(() => {
    const abort = new AbortController()
    const timer = setTimeout(() => {
      const { signal } = abort
      const fail = (error: unknown): void => {
        if (!isAborted(error)) setFailed(messageOf(error))
      }
      client.services.form({ name, unsaved }, { signal }).then((read) => {
        setForm(read)
        setFailed(null)
      }, fail)
      if (Object.keys(unsaved).length === 0) setProblems([])
      else client.config.validate({ files: unsaved }, { signal }).then(({ errors }) => setProblems(errors), fail)
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [name, unsaved, revision])

  const change = useCallback<FormState['change']>(
    (changes, override = false) =>
      inTurn(async () => {
        try {
          const edited = await client.services.editForm({ name, unsaved: unsavedNow(), changes, override })
          setRefusals(edited.refusals)
          if (edited.form) setForm(edited.form)
          await putTexts(edited.texts)
        } catch (error) {
          showError('The field was not changed', error)
        }
      }),
    [name, inTurn],
  )

  const write = useCallback<FormState['write']>(
    (source, lines) =>
      inTurn(async () => {
        try {
          const text = unsavedNow()[source.file] ?? (await client.language.read({ name: source.file })).text
          await putTexts({ [source.file]: withLines(text, source, lines) })
        } catch (error) {
          showError('The text was not changed', error)
        }
      }),
    [inTurn],
  )
  const dropRefusals = useCallback(() => setRefusals([]), [])
  return { form, failed, refusals, problems, change, write, dropRefusals }
}

const unsavedNow = (): Record<string, string> => unsavedOf(useEdits.getState().files)

/** One change after the other, each of the texts that the one before has left: a slow answer must not undo what came since. */
function useTurns(): (work: () => Promise<void>) => Promise<void> {
  const last = useRef(Promise.resolve())
  return useCallback((work) => {
    last.current = last.current.then(work)
    return last.current
  }, [])
}

function useUnsaved(): Record<string, string> {
  const files = useEdits((edits) => edits.files)
  return useMemo(() => unsavedOf(files), [files])
}

/** Edits like any other: the editor has them, and they wait there to be planned and applied. */
async function putTexts(texts: Readonly<Record<string, string>>): Promise<void> {
  const { putText } = await import('../configuration/index.ts')
  for (const [file, text] of Object.entries(texts)) await putText(file, text)
}
