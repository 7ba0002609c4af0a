import { ChevronDown, ChevronRight, File, Folder, Plus } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { Icon, IconButton } from '../../parts/index.ts'
import { useEdits } from '../../store/index.ts'
import { currentView } from './documents.ts'
import { FileMenu } from './FileMenu.tsx'
import { openFile } from './open.ts'
import { type Counts, countByFile } from './problems.ts'
import { fileNames } from './state.ts'
import { useConfiguration } from './store.ts'
import { shortFolder, type TreeRow, treeRows, treeStep } from './tree.ts'

export function FileTree({ onNew, onRename }: { onNew: () => void; onRename: (name: string) => void }) {
  const files = useConfiguration((state) => state.files)
  const folder = useConfiguration((state) => state.folder)
  const current = useConfiguration((state) => state.current)
  const problems = useConfiguration((state) => state.check.problems)
  const edits = useEdits((state) => state.files)
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [cursor, setCursor] = useState('')
  // Only where there is no room for the list beside the text.
  const [isUnfolded, setUnfolded] = useState(false)
  const rows = folder === null ? [] : treeRows(fileNames(files, edits), shortFolder(folder), closed)
  const counts = countByFile(problems)
  const at = Math.max(
    0,
    rows.findIndex(({ path }) => path === cursor),
  )

  const move = (to: number): void => {
    const row = rows[to]
    if (!row) return
    setCursor(row.path)
    document.getElementById(idOf(row))?.focus()
  }
  const turn = (path: string, isClosed: boolean): void => {
    const next = new Set(closed)
    if (isClosed) next.add(path)
    else next.delete(path)
    setClosed(next)
  }
  const press = (row: TreeRow): void => {
    setCursor(row.path)
    if (row.isFolder) turn(row.path, !closed.has(row.path))
    else {
      setUnfolded(false)
      void openFile(row.path).then(() => currentView()?.focus())
    }
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[at]
    const step = event.ctrlKey || event.metaKey || event.altKey ? null : treeStep(rows, at, event.key, closed)
    if (!row || !step) return
    event.preventDefault()
    event.stopPropagation()
    if (step === 'press') press(row)
    else if ('to' in step) move(step.to)
    else turn(row.path, !step.open)
  }
  return (
    <section className="pane files" aria-label="Files" data-unfolded={isUnfolded || undefined}>
      <div className="pane-head">
        <IconButton
          small
          className="files-fold"
          icon={isUnfolded ? ChevronDown : ChevronRight}
          label={isUnfolded ? 'Hide the files' : 'Show the files'}
          aria-expanded={isUnfolded}
          onClick={() => setUnfolded(!isUnfolded)}
        />
        <h2>Files</h2>
        <span className="push" />
        {current !== null && <FileMenu name={current} onRename={onRename} />}
        <IconButton small icon={Plus} label="New file" onClick={onNew} />
      </div>
      {folder !== null && (
        <div className="tree" role="tree" aria-label="Files of the configuration" onKeyDown={onKeyDown}>
          {rows.map((row, index) => (
            <Row
              key={row.path}
              row={row}
              isCursor={index === at}
              isCurrent={row.path === current}
              isClosed={closed.has(row.path)}
              counts={counts.get(row.path)}
              note={noteOf(edits[row.path])}
              onPress={() => press(row)}
            />
          ))}
        </div>
      )}
    </section>
  )
}

const idOf = ({ path }: TreeRow): string => `file ${path}`

function noteOf(edit: { base: string | null; text: string | null } | undefined): string | null {
  if (!edit) return null
  if (edit.text === null) return 'to be taken away'
  return edit.base === null ? 'new' : 'edited'
}

interface RowProps {
  row: TreeRow
  isCursor: boolean
  isCurrent: boolean
  isClosed: boolean
  counts: Counts | undefined
  note: string | null
  onPress: () => void
}

function Row({ row, isCursor, isCurrent, isClosed, counts, note, onPress }: RowProps) {
  const { label, level, isFolder } = row
  const errors = counts?.errors ?? 0
  const warnings = counts?.warnings ?? 0
  const words = [
    label,
    note,
    errors > 0 && `${errors} ${errors === 1 ? 'error' : 'errors'}`,
    warnings > 0 && `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
  ]
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys
    <div
      id={idOf(row)}
      className={`tree-row level-${Math.min(level, 6)}`}
      role="treeitem"
      aria-level={level}
      aria-label={words.filter(Boolean).join(', ')}
      aria-selected={isCurrent}
      {...(isFolder ? { 'aria-expanded': !isClosed } : {})}
      tabIndex={isCursor ? 0 : -1}
      title={isFolder ? undefined : row.path}
      data-gone={note === 'to be taken away' || undefined}
      onClick={onPress}
    >
      {isFolder && <Icon of={isClosed ? ChevronRight : ChevronDown} size={12} />}
      <Icon of={isFolder ? Folder : File} size={14} />
      <span className="cut">{label}</span>
      <span className="push row marks">
        {errors > 0 && <span className="errors">{errors}</span>}
        {errors === 0 && warnings > 0 && <span className="warnings">{warnings}</span>}
        {note !== null && <i className="dot" title={note} />}
      </span>
    </div>
  )
}
