import { useEffect, useState } from 'react'
import { configTrouble } from '../../../contract/index.ts'
import { useKeys } from '../../actions/index.ts'
import { Button, Shape } from '../../parts/index.ts'
import { navigate, useLocation } from '../../router/index.ts'
import { useEditCount, useEdits, usePanel } from '../../store/index.ts'
import { apply } from './apply.ts'
import { ConflictNote, MergePane } from './Conflict.tsx'
import { Dock } from './Dock.tsx'
import { currentView } from './documents.ts'
import { Editor } from './Editor.tsx'
import { FileTabs } from './FileTabs.tsx'
import { FileTree } from './FileTree.tsx'
import { Header } from './Header.tsx'
import { History } from './History.tsx'
import { NameDialog } from './NameDialog.tsx'
import { goTo, newFile, openFile, renameFile } from './open.ts'
import { PlanPanel } from './PlanPanel.tsx'
import { PlanView } from './PlanView.tsx'
import { fileNames, refusalOfName } from './state.ts'
import { now, useConfiguration } from './store.ts'
import { nameAtCursor, renameTo } from './symbols.ts'
import { follow } from './sync.ts'
import './configuration.css'

export default function Configuration() {
  const mode = useConfiguration((state) => state.mode)
  const refusal = useConfiguration((state) => state.refusal)
  useEffect(follow, [])
  useKeys({
    'mod+s': (event) => {
      event.preventDefault()
      void apply()
    },
    e: (event) => {
      const view = currentView()
      if (!view) return
      event.preventDefault()
      view.focus()
    },
  })
  usePlace()
  return (
    <>
      <Header />
      <OnDisk />
      {refusal !== null && (
        <div className="lone">
          <p className="lead">The files cannot be shown</p>
          <p className="dim">{refusal} What you have edited is kept.</p>
        </div>
      )}
      {refusal === null && mode === 'edit' && <Edit />}
      {refusal === null && mode === 'plan' && <PlanView />}
      {mode === 'history' && <History />}
    </>
  )
}

/** `?file=…&line=…&column=…` opens that place; without it, what was open, or the first file, is shown. */
function usePlace(): void {
  const query = useLocation((place) => place.query)
  const isListed = useConfiguration((state) => state.folder !== null)
  // A file that was read before its edit is back would show what is on disk.
  const isReady = useEdits(({ isRestored }) => isRestored) && isListed
  useEffect(() => {
    if (!isReady) return
    const parameters = new URLSearchParams(query)
    const file = parameters.get('file')
    if (file !== null) {
      const number = (name: string): number => Math.max(1, Number.parseInt(parameters.get(name) ?? '1', 10) || 1)
      // Once it is there the address is that of the page, so that the same link works again.
      navigate('/configuration', { replace: true })
      void goTo({ file, line: number('line'), column: number('column') })
    } else if (now().current === null) {
      const names = fileNames(now().files, useEdits.getState().files)
      const first = names.find((name) => name === 'services.hcl') ?? names[0]
      if (first !== undefined) void openFile(first)
    }
  }, [query, isReady])
}

type Asking = { what: 'new' } | { what: 'file'; name: string } | { what: 'symbol'; name: string } | null

function Edit() {
  const conflicts = useConfiguration((state) => state.conflicts)
  const current = useConfiguration((state) => state.current)
  const [merging, setMerging] = useState<string | null>(null)
  const [asking, setAsking] = useState<Asking>(null)
  const merged = merging === null ? undefined : conflicts[merging]
  const renameSymbol = (): void => {
    const name = nameAtCursor()
    if (name !== '') setAsking({ what: 'symbol', name })
  }
  return (
    <div className="split">
      <FileTree onNew={() => setAsking({ what: 'new' })} onRename={(name) => setAsking({ what: 'file', name })} />
      <section className="pane grow" aria-label="Text">
        <FileTabs />
        {Object.entries(conflicts).map(([name, conflict]) =>
          name === merging ? null : (
            <ConflictNote key={name} name={name} conflict={conflict} onMerge={() => setMerging(name)} />
          ),
        )}
        {merging !== null && merged && <MergePane name={merging} conflict={merged} onDone={() => setMerging(null)} />}
        {current === null && <p className="nothing dim">Open a file from the list, or make a new one.</p>}
        <div className="editor-place" hidden={current === null || merged !== undefined}>
          <Editor onRename={renameSymbol} />
        </div>
        <Dock />
      </section>
      <PlanPanel />
      {asking && <Ask asking={asking} onClose={() => setAsking(null)} />}
    </div>
  )
}

function Ask({ asking, onClose }: { asking: NonNullable<Asking>; onClose: () => void }) {
  const taken = (): string[] => fileNames(now().files, useEdits.getState().files)
  const withName =
    (then: (name: string) => void) =>
    (name: string): string | null => {
      const refusal = refusalOfName(name, taken())
      if (refusal === null) then(name)
      return refusal
    }
  if (asking.what === 'new') {
    return (
      <NameDialog
        title="A new file"
        label="Its path in the configuration folder"
        first="new.hcl"
        confirm="Create"
        onChoose={withName(newFile)}
        onClose={onClose}
      />
    )
  }
  if (asking.what === 'file') {
    return (
      <NameDialog
        title={`Rename ${asking.name}`}
        label="Its path in the configuration folder"
        first={asking.name}
        confirm="Rename"
        onChoose={withName((to) => void renameFile(asking.name, to))}
        onClose={onClose}
      />
    )
  }
  return (
    <NameDialog
      title={`Rename ${asking.name}`}
      label="In all files, wherever this name is meant"
      first={asking.name}
      confirm="Rename"
      onChoose={renameTo}
      onClose={onClose}
    />
  )
}

/** What the files on disk say that does not run. */
function OnDisk() {
  const config = usePanel(({ model }) => model.config)
  const edits = useEditCount()
  const trouble = config && configTrouble(config)
  if (!trouble) return null
  const isInvalid = config.status === 'invalid'
  return (
    <div className="note on-disk" role="status" data-state={isInvalid ? 'failed' : 'info'}>
      <Shape name={isInvalid ? 'critical' : 'info'} />
      <span className="grow">
        <b>{trouble.headline}.</b> {trouble.detail}
      </span>
      {!isInvalid && edits === 0 && (
        <Button small onClick={() => void apply()}>
          Apply
        </Button>
      )}
    </div>
  )
}
