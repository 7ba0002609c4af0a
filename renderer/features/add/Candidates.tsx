import { FileText, Layers, type LucideIcon, Package, SlidersHorizontal, Zap } from 'lucide-react'
import { Button, Icon } from '../../parts/index.ts'
import { type Candidate, isUsable, namesOf } from './chosen.ts'
import type { Import } from './useImport.ts'

const icons: Readonly<Record<Candidate['kind'], LucideIcon>> = {
  package: Package,
  procfile: FileText,
  compose: Layers,
  'process-compose': Layers,
  pm2: Zap,
  supervisord: SlidersHorizontal,
  systemd: SlidersHorizontal,
}

/** The files that were found, each as a whole or by single names. */
export function Candidates({ task }: { task: Import }) {
  const candidates = task.found?.candidates ?? []
  return (
    <ul className="card list found" aria-label="Files found">
      {candidates.map((candidate) => (
        <Found key={candidate.file} candidate={candidate} task={task} />
      ))}
    </ul>
  )
}

function Found({ candidate, task }: { candidate: Candidate; task: Import }) {
  const { file, kind, services, others, code } = candidate
  const isChosen = Object.hasOwn(task.chosen, file)
  const slash = file.lastIndexOf('/')
  const names = [...services, ...others]
  const taken = namesOf(task.chosen, candidate, task.docker)
  const isUnread = task.preview?.code.includes(file)
  return (
    <li data-chosen={isChosen}>
      <label className="found-head">
        <input
          type="checkbox"
          className="check"
          checked={isChosen}
          disabled={!isUsable(candidate)}
          onChange={() => task.toggleFile(candidate)}
        />
        <Icon of={icons[kind]} />
        <span className="medium">{file.slice(slash + 1)}</span>
        <span className="faint sm cut">{slash < 0 ? '' : file.slice(0, slash)}</span>
      </label>
      <div className="found-body sm dim">{wordsOf(candidate)}</div>
      {!code && names.length > 1 && (
        <details className="found-body sm">
          <summary>Choose single ones</summary>
          <div className="found-names">
            {names.map((name) => (
              <label key={name} className="add-row">
                <input
                  type="checkbox"
                  className="check"
                  checked={taken.includes(name)}
                  onChange={() => task.toggleName(candidate, name)}
                />
                <span className="cut">{name}</span>
              </label>
            ))}
          </div>
        </details>
      )}
      {isUnread && (
        <div className="found-body add-row">
          <span className="sm grow">Running it can do anything that you can do. Run it only if you trust it.</span>
          <Button small onClick={() => task.runCode(file)}>
            Run this file
          </Button>
        </div>
      )}
    </li>
  )
}

function wordsOf({ kind, services, others, problem, code }: Candidate): string {
  if (problem !== undefined) return problem
  if (code) return `${kind}, code: what is in it shows only when it is run`
  const main = services.join(', ')
  if (others.length === 0) return main || kind
  const rest = others.length > 4 ? `${others.slice(0, 4).join(', ')} and ${others.length - 4} more` : others.join(', ')
  return main === '' ? `Nothing that keeps running; besides: ${rest}` : `${main}; besides: ${rest}`
}
