import { useState } from 'react'
import { useEdits } from '../../store/index.ts'
import { Compare } from './Compare.tsx'
import { PlanPanel } from './PlanPanel.tsx'

/** The plan with the texts that bring it about: each edited file beside what it says on disk. */
export function PlanView() {
  const edits = useEdits(({ files }) => files)
  const names = Object.keys(edits).sort()
  const [chosen, setChosen] = useState<string | null>(null)
  const name = chosen !== null && names.includes(chosen) ? chosen : names[0]
  const edit = name === undefined ? undefined : edits[name]
  return (
    <div className="split">
      <PlanPanel />
      <section className="pane grow" aria-label="What is edited">
        {names.length > 1 && (
          <fieldset className="filetabs">
            <legend className="out-of-sight">Edited files</legend>
            {names.map((own) => (
              <button
                type="button"
                className="filetab"
                key={own}
                aria-pressed={own === name}
                onClick={() => setChosen(own)}
              >
                {own}
              </button>
            ))}
          </fieldset>
        )}
        {name === undefined || !edit ? (
          <p className="nothing dim">No file is edited.</p>
        ) : (
          <Compare
            key={`${name} ${edit.text}`}
            before={{ label: `${name} on disk`, text: edit.base ?? '' }}
            after={{ label: `${name} as edited`, text: edit.text ?? '' }}
          />
        )}
      </section>
    </div>
  )
}
