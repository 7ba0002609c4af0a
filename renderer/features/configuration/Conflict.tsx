import { useState } from 'react'
import { Button, Shape } from '../../parts/index.ts'
import { askPerson, editOf, setEdit } from '../../store/index.ts'
import { Compare } from './Compare.tsx'
import { currentView, flush, noteEdit, openDocument, rebase, replaceText, stateOf } from './documents.ts'
import { openFile, putBack } from './open.ts'
import { type Conflict, now, set } from './store.ts'
import { check, look } from './sync.ts'

/** A file that was changed on disk while it is edited here: nothing is lost until a person has said what becomes of it. */
export function ConflictNote({ name, conflict, onMerge }: { name: string; conflict: Conflict; onMerge: () => void }) {
  return (
    <div className="note" role="alert" data-state="warning">
      <Shape name="warning" />
      <span className="grow">
        {conflict.text === null
          ? `${name} was taken away on disk while you edit it.`
          : `${name} was changed on disk while you edit it.`}{' '}
        Your edit is kept.
      </span>
      {conflict.text !== null && (
        <Button small onClick={onMerge}>
          Merge
        </Button>
      )}
      <Button small onClick={() => void keepMine(name)}>
        Keep mine
      </Button>
      <Button small onClick={() => void takeDisk(name)}>
        Take what is on disk
      </Button>
    </div>
  )
}

/** My text is what is to be written, knowing what it replaces. */
function keepMine(name: string, text?: string): void {
  flush()
  const conflict = now().conflicts[name]
  const edit = editOf(name)
  if (!conflict || !edit) return
  setEdit(name, { base: conflict.text, hash: conflict.hash, text: text ?? edit.text })
  if (stateOf(name)) {
    rebase(name, conflict.text, conflict.hash)
    if (text !== undefined) replaceText(name, text)
    noteEdit(name)
  }
  drop(name)
}

async function takeDisk(name: string): Promise<void> {
  const choice = await askPerson({
    title: `Give up what you changed in ${name}?`,
    text: 'The file is shown as it is on disk now.',
    choices: [{ id: 'yes', label: 'Take what is on disk', look: 'danger' }],
  })
  if (choice === null) return
  const conflict = now().conflicts[name]
  if (!conflict) return
  if (conflict.text === null || !stateOf(name)) {
    setEdit(name, conflict.text === null ? { base: null, hash: null, text: '' } : null)
    if (conflict.text === null) putBack(name)
    drop(name)
    return
  }
  keepMine(name, conflict.text)
}

function drop(name: string): void {
  const { [name]: _, ...conflicts } = now().conflicts
  set({ conflicts })
  void look().then(check)
}

/** By hand, in view of all three: what both began from, what is on disk now, and mine, which is changed. */
export function MergePane({ name, conflict, onDone }: { name: string; conflict: Conflict; onDone: () => void }) {
  const [against, setAgainst] = useState<'disk' | 'base'>('disk')
  const [text, setText] = useState(() => editOf(name)?.text ?? '')
  const base = editOf(name)?.base ?? ''
  const before =
    against === 'disk'
      ? { label: 'On disk now', text: conflict.text ?? '' }
      : { label: 'What both began from', text: base }
  const finish = (): void => {
    void openDocument(name).then(() => {
      keepMine(name, text)
      onDone()
      void openFile(name).then(() => currentView()?.focus())
    })
  }
  return (
    <section className="merge" aria-label={`Merge ${name}`}>
      <div className="pane-head">
        <fieldset className="seg">
          <legend className="out-of-sight">On the left</legend>
          <button type="button" aria-pressed={against === 'disk'} onClick={() => setAgainst('disk')}>
            On disk now
          </button>
          <button type="button" aria-pressed={against === 'base'} onClick={() => setAgainst('base')}>
            What both began from
          </button>
        </fieldset>
        <span className="faint sm cut">The right side is yours. An arrow takes over what is on the left.</span>
        <span className="push" />
        <Button small onClick={onDone}>
          Later
        </Button>
        <Button small look="primary" onClick={finish}>
          Use the right side
        </Button>
      </div>
      <Compare key={against} before={before} after={{ label: `Mine: ${name}`, text }} onChange={setText} />
    </section>
  )
}
