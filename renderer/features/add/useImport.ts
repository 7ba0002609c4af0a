import { useCallback, useEffect, useRef, useState } from 'react'
import type { ImportFound, ImportPreview } from '../../../contract/index.ts'
import { messageOf } from '../../actions/index.ts'
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
  const inTurn = useTurns()
  const preview = usePreview(found, chosen, docker, run, inTurn)

  const look = (folder: string): void => {
    setFound(null)
    setProblem('')
    setRun([])
    inTurn(() => client.import.find({ folder })).then(
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
        (error: unknown) => showError('Nothing was added', error),
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

type InTurn = <Answer>(ask: () => Promise<Answer>) => Promise<Answer>

/** The agent reads one import at a time, so what is asked waits for the answer to what was asked before. */
function useTurns(): InTurn {
  const last = useRef<Promise<unknown>>(Promise.resolve())
  return useCallback((ask) => {
    const answer = last.current.then(ask)
    last.current = answer.catch(() => undefined)
    return answer
  }, [])
}

/** What the chosen files become; what is out of date before its turn is not asked. */
function usePreview(
  found: ImportFound | null,
  chosen: Chosen,
  docker: boolean,
  run: readonly string[],
  inTurn: InTurn,
) {
  const [preview, setPreview] = useState<ImportPreview | null>(null)
  useEffect(() => {
    setPreview(null)
    if (!found || Object.keys(chosen).length === 0) return
    let isCurrent = true
    const ask = async () => (isCurrent ? client.import.preview(requestOf(found.folder, chosen, docker, run)) : null)
    inTurn(ask).then(
      (answer) => isCurrent && setPreview(answer),
      (error: unknown) => isCurrent && showError('The files were not read', error),
    )
    return () => {
      isCurrent = false
    }
  }, [found, chosen, docker, run, inTurn])
  return preview
}
