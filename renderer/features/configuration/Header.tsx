import { useEffect, useState } from 'react'
import type { Revision } from '../../../contract/index.ts'
import { isAborted } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Button, Toolbar, timeOfDay } from '../../parts/index.ts'
import { useEditCount, useIsLive, usePanel } from '../../store/index.ts'
import { apply, applyRefusal } from './apply.ts'
import { discard, openFile } from './open.ts'
import { applyLabel } from './plan.ts'
import { type Mode, set, useConfiguration } from './store.ts'
import { formatCurrent } from './symbols.ts'

const modes: readonly (readonly [Mode, string])[] = [
  ['edit', 'Edit'],
  ['plan', 'Plan'],
  ['history', 'History'],
]

export function Header() {
  const mode = useConfiguration((state) => state.mode)
  const current = useConfiguration((state) => state.current)
  const count = useEditCount()
  const refusal = useRefusal()
  const busy = useConfiguration((state) => state.busy)
  return (
    <Toolbar title="Configuration">
      <InForce />
      <span className="push" />
      <fieldset className="seg">
        <legend className="out-of-sight">What is shown</legend>
        {modes.map(([own, word]) => (
          <button
            key={own}
            type="button"
            aria-pressed={own === mode}
            onClick={() => (own === 'edit' && current !== null ? void openFile(current) : set({ mode: own }))}
          >
            {word}
          </button>
        ))}
      </fieldset>
      <span className="toolbar-line" aria-hidden="true" />
      <Button disabled={current === null || mode !== 'edit'} title="Shift+Alt+F" onClick={() => void formatCurrent()}>
        Format
      </Button>
      <Button disabled={count === 0 || busy !== null} onClick={() => void discard()}>
        Discard
      </Button>
      <Button look="primary" disabled={refusal !== null} title={refusal ?? 'Ctrl+S'} onClick={() => void apply()}>
        {busy === null ? applyLabel(count) : 'Applying…'}
      </Button>
    </Toolbar>
  )
}

/** Told anew with everything that it depends on. */
function useRefusal(): string | null {
  useConfiguration((state) => state.check)
  useConfiguration((state) => state.conflicts)
  useConfiguration((state) => state.busy)
  useEditCount()
  useIsLive()
  usePanel(({ model }) => model.config?.status)
  return applyRefusal()
}

/** Which revision runs, since when and by whom. */
function InForce() {
  const revision = usePanel(({ model }) => model.config?.revision)
  const appliedAt = usePanel(({ model }) => model.config?.appliedAt ?? null)
  const [entry, setEntry] = useState<Revision | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision has another author
  useEffect(() => {
    const abort = new AbortController()
    client.config.history({ limit: 1 }, { signal: abort.signal }).then(
      ({ items }) => setEntry(items[0] ?? null),
      (error: unknown) => {
        // Who it was is a help, not a need.
        if (!isAborted(error)) setEntry(null)
      },
    )
    return () => abort.abort()
  }, [revision])
  if (revision === undefined || appliedAt === null) return null
  const author = entry?.revision === revision ? ` by ${entry.author}` : ''
  return (
    <span className="sm faint cut in-force">
      revision {revision}, applied {timeOfDay(appliedAt, 'minutes')}
      {author}
    </span>
  )
}
