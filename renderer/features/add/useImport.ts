import { useEffect, useState } from 'react'
import type { ImportFound, ImportPreview } from '../../../contract/index.ts'
import { isAborted, messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { navigate } from '../../router/index.ts'
import { showDone, showError } from '../../store/index.ts'
import { type Candidate, type Chosen, chosenAtFirst, requestOf, toggleFile, toggleName } from './chosen.ts'

export const countOf = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/** An import as it stands: a folder, what was found there, what is taken of it, and what that becomes. */
export interface Import {
  found: ImportFound | null
  problem: string
  chosen: Chosen
  docker: boolean
  preview: ImportPreview | null
  isBusy: boolean
  look(folder: string): void
  toggleFile(candidate: Candidate): void
  toggleName(candidate: Candidate, name: string): void
  setDocker(on: boolean): void
  runCode(file: string): void
  write(): void
}

export function useImport(): Import {
  const [found, setFound] = useState<ImportFound | null>(null)
  const [problem, setProblem] = useState('')
  const [chosen, setChosen] = useState<Chosen>({})
  const [docker, setDocker] = useState(false)
  const [run, setRun] = useState<readonly string[]>([])
  const [isBusy, setBusy] = useState(false)
  const preview = usePreview(found, chosen, docker, run)

  const look = (folder: string): void => {
    setFound(null)
    setProblem('')
    setRun([])
    client.import.find({ folder }).then(
      (answer) => {
        setFound(answer)
        setChosen(chosenAtFirst(answer.candidates))
      },
      (error: unknown) => setProblem(messageOf(error)),
    )
  }
  const write = (): void => {
    if (!preview) return
    setBusy(true)
    client.import
      .write({ file: preview.suggestedFile, hcl: preview.hcl })
      .then(
        ({ services }) => {
          showDone(`Added ${countOf(services.length, 'service')}`)
          navigate('/services')
        },
        (error: unknown) => showError('Nothing was added', messageOf(error)),
      )
      .finally(() => setBusy(false))
  }
  return {
    found,
    problem,
    chosen,
    docker,
    preview,
    isBusy,
    look,
    write,
    setDocker,
    toggleFile: (candidate) => setChosen((before) => toggleFile(before, candidate)),
    toggleName: (candidate, name) => setChosen((before) => toggleName(before, candidate, name, docker)),
    runCode: (file) => setRun((before) => [...before, file]),
  }
}

/** What the chosen files become; the newest question wins. */
function usePreview(found: ImportFound | null, chosen: Chosen, docker: boolean, run: readonly string[]) {
  const [preview, setPreview] = useState<ImportPreview | null>(null)
  useEffect(() => {
    setPreview(null)
    if (!found || Object.keys(chosen).length === 0) return
    const abort = new AbortController()
    client.import
      .preview(requestOf(found.folder, chosen, docker, run), { signal: abort.signal })
      .then(setPreview, (error: unknown) => {
        if (!isAborted(error)) showError('The files were not read', messageOf(error))
      })
    return () => abort.abort()
  }, [found, chosen, docker, run])
  return preview
}
