import { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { attachView, showDocument } from './documents.ts'
import { editorKeys } from './keys.ts'
import { now } from './store.ts'
import { goToDefinition } from './symbols.ts'

/**
 * The text of the file that is shown. It stands in a shadow tree, where the editor's own styles are sheets that a
 * script has made: the policy of the page lets no others in.
 */
export function Editor({ onRename }: { onRename: () => void }) {
  const host = useRef<HTMLDivElement>(null)
  const rename = useRef(onRename)
  rename.current = onRename
  useEffect(() => {
    if (!host.current) return
    return mount(host.current, () => rename.current())
  }, [])
  return <div className="editor" ref={host} id="editor-panel" role="tabpanel" aria-label="Text of the file" />
}

function mount(host: HTMLElement, onRename: () => void): () => void {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  const view = new EditorView({ root, parent: root })
  const detach = attachView(view)
  // What gives the keyboard back to whoever had it gives it to the host, which hands it on.
  host.focus = () => view.focus()
  const onKeyDown = editorKeys(onRename)
  const onMouseDown = (event: MouseEvent): void => {
    if (event.button !== 0 || !(event.ctrlKey || event.metaKey) || event.altKey) return
    const offset = view.posAtCoords({ x: event.clientX, y: event.clientY })
    if (offset === null) return
    event.preventDefault()
    event.stopPropagation()
    void goToDefinition(offset)
  }
  host.addEventListener('keydown', onKeyDown, true)
  host.addEventListener('mousedown', onMouseDown, true)
  showDocument(now().current)
  view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head, { y: 'nearest' }) })
  return () => {
    host.removeEventListener('keydown', onKeyDown, true)
    host.removeEventListener('mousedown', onMouseDown, true)
    detach()
    view.destroy()
  }
}
