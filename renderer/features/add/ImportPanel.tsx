import { FolderSearch } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import type { ImportFound, ImportPreview } from '../../../contract/index.ts'
import { messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Button } from '../../parts/index.ts'
import { navigate } from '../../router/index.ts'
import { showDone, showError } from '../../store/index.ts'

const countOf = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/** From what starts programs now: a folder, its files, what they become. Nothing is run or changed there. */
export function ImportPanel() {
  const [folder, setFolder] = useState('')
  const [found, setFound] = useState<ImportFound | null>(null)
  const [problem, setProblem] = useState('')
  const look = (event: FormEvent): void => {
    event.preventDefault()
    setFound(null)
    client.import.find({ folder: folder.trim() }).then(
      (answer) => {
        setFound(answer)
        setProblem('')
      },
      (error: unknown) => setProblem(messageOf(error)),
    )
  }
  return (
    <section className="card add-import" aria-label="Import">
      <div className="card-head">
        <h2>Import</h2>
      </div>
      <p className="dim">
        From package.json, Procfile, compose and process-compose files, PM2, supervisord and systemd. Nothing in the
        folder is changed or run.
      </p>
      <form className="add-row" onSubmit={look}>
        <input
          aria-label="Folder"
          placeholder="/home/me/shop"
          value={folder}
          onChange={({ target }) => setFolder(target.value)}
        />
        <Button type="submit" icon={FolderSearch} disabled={folder.trim() === ''}>
          Look
        </Button>
      </form>
      {problem !== '' && <p className="add-problem">{problem}</p>}
      {found && found.candidates.length === 0 && (
        <p>Nothing to import in {found.folder}. Choose the folder of a project, or add the service by the form.</p>
      )}
      {found && found.candidates.length > 0 && <Candidates key={found.folder} found={found} />}
    </section>
  )
}

function Candidates({ found }: { found: ImportFound }) {
  const usable = found.candidates.filter(({ services, code }) => services.length > 0 || code)
  const [chosen, setChosen] = useState<readonly string[]>(() =>
    usable.filter(({ code }) => !code).map(({ file }) => file),
  )
  const [docker, setDocker] = useState(false)
  const [run, setRun] = useState<readonly string[]>([])
  const [preview, setPreview] = useState<ImportPreview | null>(null)
  useEffect(() => {
    let isCurrent = true
    setPreview(null)
    if (chosen.length === 0) return
    client.import
      .preview({ folder: found.folder, files: chosen.map((file) => ({ file })), docker, run: [...run] })
      .then(
        (answer) => isCurrent && setPreview(answer),
        (error: unknown) => isCurrent && showError('The files were not read', messageOf(error)),
      )
    return () => {
      isCurrent = false
    }
  }, [found, chosen, docker, run])
  const toggle = (file: string): void =>
    setChosen((before) => (before.includes(file) ? before.filter((other) => other !== file) : [...before, file]))
  return (
    <>
      <ul className="list add-files" aria-label="Files found">
        {found.candidates.map(({ file, kind, services, problem, code }) => (
          <li key={file}>
            <label className="add-row">
              <input
                type="checkbox"
                checked={chosen.includes(file)}
                disabled={services.length === 0 && !code}
                onChange={() => toggle(file)}
              />
              <span className="medium">{file}</span>
              <span className="faint sm cut">{problem ?? (code ? `${kind}, code` : services.join(', ') || kind)}</span>
            </label>
          </li>
        ))}
      </ul>
      <label className="add-row">
        <input type="checkbox" checked={docker} onChange={({ target }) => setDocker(target.checked)} />
        Start images with docker run
      </label>
      {preview?.code.map((file) => (
        <div className="add-row" key={file}>
          <span>{file} is code. Running it can do anything that you can do; run it only if you trust it.</span>
          <Button onClick={() => setRun((before) => [...before, file])}>Run this file</Button>
        </div>
      ))}
      {preview && <Outcome preview={preview} />}
    </>
  )
}

function Outcome({ preview }: { preview: ImportPreview }) {
  const [isBusy, setBusy] = useState(false)
  const count = preview.services.length
  const add = (): void => {
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
  return (
    <>
      {count > 0 && (
        <figure className="add-hcl" aria-label="What will be written">
          <pre className="mono">{preview.hcl}</pre>
        </figure>
      )}
      {preview.notes.length > 0 && (
        <ul className="add-notes sm" aria-label="Not carried over">
          {preview.notes.map(({ file, line, what, why, suggestion }) => (
            <li key={`${file} ${line} ${what} ${why}`}>
              <span className="medium">{what}</span> {why} {suggestion}
            </li>
          ))}
        </ul>
      )}
      <div className="add-row">
        <Button look="primary" disabled={isBusy || count === 0} onClick={add}>
          Add {countOf(count, 'service')}
        </Button>
        <span className="faint sm">{preview.suggestedFile}</span>
      </div>
    </>
  )
}
