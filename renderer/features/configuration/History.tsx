import { type KeyboardEvent, useEffect, useState } from 'react'
import type { Revision } from '../../../contract/index.ts'
import { isAborted, messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Ago, Button } from '../../parts/index.ts'
import { useIsLive, usePanel } from '../../store/index.ts'
import { rollBack } from './apply.ts'
import { Compare } from './Compare.tsx'
import { differences, type FileDifference, kindOfRevision } from './history.ts'
import { nameOf } from './state.ts'
import { useConfiguration } from './store.ts'

/** The agent keeps no more entries than that. */
const mostEntries = 500

/** What the files said before: who changed them, when, and what; and the way back. */
export function History() {
  const current = usePanel(({ model }) => model.config?.revision ?? 0)
  const [items, setItems] = useState<readonly Revision[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [chosen, setChosen] = useState<number | null>(null)
  const isLive = useIsLive()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision is what tells that there is more to list
  useEffect(() => {
    const abort = new AbortController()
    client.config.history({ limit: mostEntries }, { signal: abort.signal }).then(
      (answer) => {
        setItems(answer.items)
        setProblem(null)
      },
      (error: unknown) => !isAborted(error) && setProblem(messageOf(error)),
    )
    return () => abort.abort()
  }, [current, isLive])
  if (problem !== null && !items) return <p className="nothing dim">{problem}</p>
  const shown = items?.find(({ revision }) => revision === (chosen ?? current)) ?? items?.[0]
  return (
    <div className="split">
      <section className="pane history" aria-label="History">
        <div className="pane-head">
          <h2>History</h2>
          <span className="badge">{items?.length ?? 0}</span>
        </div>
        <Entries items={items ?? []} current={current} shown={shown} onChoose={setChosen} />
      </section>
      {shown && (
        <Difference
          key={shown.revision}
          entry={shown}
          before={items?.find(({ revision }) => revision < shown.revision)}
          current={current}
        />
      )}
    </div>
  )
}

interface EntriesProps {
  items: readonly Revision[]
  current: number
  shown: Revision | undefined
  onChoose: (revision: number) => void
}

function Entries({ items, current, shown, onChoose }: EntriesProps) {
  const at = items.findIndex(({ revision }) => revision === shown?.revision)
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const next = by === 0 ? undefined : items[at + by]
    if (!next) return
    event.preventDefault()
    onChoose(next.revision)
    document.getElementById(`revision ${next.revision}`)?.focus()
  }
  return (
    <ul className="entries" aria-label="Revisions" onKeyDown={onKeyDown}>
      {items.map((entry) => (
        <li key={entry.revision}>
          <button
            type="button"
            id={`revision ${entry.revision}`}
            aria-pressed={entry === shown}
            tabIndex={entry === shown ? 0 : -1}
            onClick={() => onChoose(entry.revision)}
          >
            <span className="row">
              <span className="medium">Revision {entry.revision}</span>
              {entry.revision === current && <span className="tag">runs</span>}
              <Ago className="push faint sm" iso={entry.at} />
            </span>
            <span className="row sm faint">
              <span className="cut">{entry.text}</span>
              <span className="push">{entry.author}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Difference({ entry, before, current }: { entry: Revision; before: Revision | undefined; current: number }) {
  const [against, setAgainst] = useState<'before' | 'now'>(before ? 'before' : 'now')
  const [files, setFiles] = useState<readonly FileDifference[] | string | null>(null)
  const [file, setFile] = useState(0)
  const folder = useConfiguration((state) => state.folder)
  const busy = useConfiguration((state) => state.busy)
  const isLive = useIsLive()
  const isNow = entry.revision === current
  useEffect(() => {
    const abort = new AbortController()
    const texts = (revision: number | undefined) =>
      revision === undefined
        ? Promise.resolve<Record<string, string>>({})
        : client.config.revision({ revision }, { signal: abort.signal }).then((detail) => detail.texts)
    const [left, right] = against === 'before' ? [before?.revision, entry.revision] : [entry.revision, current]
    Promise.all([texts(left), texts(right)]).then(
      ([old, now]) => {
        setFiles(differences(old, now))
        setFile(0)
      },
      (error: unknown) => !isAborted(error) && setFiles(messageOf(error)),
    )
    return () => abort.abort()
  }, [against, before?.revision, entry.revision, current])
  const shown = typeof files === 'string' ? undefined : files?.[file]
  return (
    <section className="pane grow" aria-label={`Revision ${entry.revision}`}>
      <div className="pane-head">
        <fieldset className="seg small">
          <legend className="out-of-sight">Compare with</legend>
          <button
            type="button"
            aria-pressed={against === 'before'}
            disabled={!before}
            onClick={() => setAgainst('before')}
          >
            What it changed
          </button>
          <button type="button" aria-pressed={against === 'now'} disabled={isNow} onClick={() => setAgainst('now')}>
            What has changed since
          </button>
        </fieldset>
        <span className="faint sm cut">{kindOfRevision[entry.kind]}</span>
        <span className="push" />
        <Button
          small
          disabled={isNow || busy !== null || !isLive}
          title={isNow ? 'This is what runs' : undefined}
          onClick={() => void rollBack(entry)}
        >
          Roll back to {entry.revision}
        </Button>
      </div>
      {typeof files === 'string' && <p className="nothing dim">{files}</p>}
      {Array.isArray(files) && files.length === 0 && <p className="nothing dim">No file differs.</p>}
      {Array.isArray(files) && files.length > 1 && (
        <fieldset className="filetabs">
          <legend className="out-of-sight">Files that differ</legend>
          {files.map(({ path, how }, index) => (
            <button
              type="button"
              className="filetab"
              key={path}
              aria-pressed={index === file}
              onClick={() => setFile(index)}
            >
              {nameOf(path, folder ?? '', [])} <span className="faint">{how}</span>
            </button>
          ))}
        </fieldset>
      )}
      {shown && (
        <Compare
          key={`${shown.path} ${against}`}
          before={{ label: against === 'before' ? 'Before' : `Revision ${entry.revision}`, text: shown.before }}
          after={{ label: against === 'before' ? `Revision ${entry.revision}` : 'Now', text: shown.after }}
        />
      )}
    </section>
  )
}
