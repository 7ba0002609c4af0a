import { File, X } from 'lucide-react'
import type { KeyboardEvent, MouseEvent } from 'react'
import { Icon } from '../../parts/index.ts'
import { useEdits } from '../../store/index.ts'
import { closeFile, openFile } from './open.ts'
import { useConfiguration } from './store.ts'

/** The files that are open. A dot stands where something is not applied. */
export function FileTabs() {
  const tabs = useConfiguration((state) => state.tabs)
  const current = useConfiguration((state) => state.current)
  const edits = useEdits(({ files }) => files)
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const next = tabs.at((tabs.indexOf(current ?? '') + by) % tabs.length)
    if (event.key === 'Delete' && current !== null) closeFile(current)
    else if (by === 0 || next === undefined) return
    else void openFile(next).then(() => document.getElementById(`file-tab ${next}`)?.focus())
    event.preventDefault()
  }
  if (tabs.length === 0) return null
  return (
    <div className="filetabs" role="tablist" aria-label="Open files" onKeyDown={onKeyDown}>
      {tabs.map((name) => {
        const isEdited = edits[name] !== undefined
        return (
          <button
            key={name}
            type="button"
            className="filetab"
            id={`file-tab ${name}`}
            role="tab"
            aria-selected={name === current}
            aria-controls="editor-panel"
            aria-label={isEdited ? `${name}, edited` : name}
            tabIndex={name === current ? 0 : -1}
            title={`${name} (Delete closes it)`}
            onClick={() => void openFile(name)}
            onAuxClick={({ button }) => button === 1 && closeFile(name)}
          >
            <Icon of={File} size={14} />
            {name.slice(name.lastIndexOf('/') + 1)}
            {isEdited && <i className="dot" aria-hidden="true" />}
            <CloseMark name={name} />
          </button>
        )
      })}
    </div>
  )
}

/** For the pointer alone: a tab cannot hold a button, and the keyboard closes it with Delete. */
function CloseMark({ name }: { name: string }) {
  const close = (event: MouseEvent): void => {
    event.stopPropagation()
    closeFile(name)
  }
  return (
    <span className="close" title={`Close ${name}`} aria-hidden="true" onClick={close}>
      <Icon of={X} size={12} />
    </span>
  )
}
