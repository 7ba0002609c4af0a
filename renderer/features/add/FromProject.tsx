import { type ReactNode, useState } from 'react'
import { Button } from '../../parts/index.ts'
import { Candidates } from './Candidates.tsx'
import { FolderChoice } from './FolderChoice.tsx'
import { countOf, type Import, useImport } from './useImport.ts'
import { WillBeAdded } from './WillBeAdded.tsx'

interface FromProjectProps {
  /** Above what was found. */
  head?: ReactNode
  /** Below it. */
  foot?: ReactNode
  /** Beside it, under what will be added. */
  aside?: ReactNode
}

/** From what starts programs now: a folder, its files, what they become. Nothing is run or changed there. */
export function FromProject({ head, foot, aside }: FromProjectProps) {
  const task = useImport()
  return (
    <div className="welcome">
      <div className="welcome-main">
        {head}
        <section className="stack" aria-label="Import">
          <FolderChoice onChoose={task.look} />
          <Outcome task={task} />
        </section>
        {foot}
      </div>
      <div className="welcome-side">
        {task.preview && <WillBeAdded preview={task.preview} />}
        {aside}
      </div>
    </div>
  )
}

function Outcome({ task }: { task: Import }) {
  const { found, problem, preview } = task
  const [isReviewed, setReviewed] = useState(false)
  if (problem !== '') return <p className="add-problem">{problem}</p>
  if (!found) {
    return (
      <p className="faint sm">
        Looks for package.json, Procfile, compose and process-compose files, PM2, supervisord and systemd units.
      </p>
    )
  }
  if (found.candidates.length === 0) {
    return <p>Nothing to import in {found.folder}. Choose the folder of a project, or add the service by the form.</p>
  }
  const count = preview?.services.length ?? 0
  return (
    <>
      <Candidates task={task} />
      {found.cut && (
        <p className="faint sm">There is more in this folder than is looked at; choose one inside of it.</p>
      )}
      <label className="add-row">
        <input
          type="checkbox"
          className="check"
          checked={task.docker}
          onChange={({ target }) => task.setDocker(target.checked)}
        />
        Start images with docker run
      </label>
      <div className="add-row">
        <Button look="primary" disabled={task.isBusy || count === 0} onClick={task.write}>
          Import {countOf(count, 'service')}
        </Button>
        <Button disabled={count === 0} aria-pressed={isReviewed} onClick={() => setReviewed(!isReviewed)}>
          Review first
        </Button>
      </div>
      {isReviewed && preview && count > 0 && (
        <figure className="add-hcl" aria-label="What will be written">
          <pre className="mono">{preview.hcl}</pre>
        </figure>
      )}
    </>
  )
}
