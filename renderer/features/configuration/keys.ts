import { currentView } from './documents.ts'
import { closeFile, openFile } from './open.ts'
import { now } from './store.ts'
import { findReferences, formatCurrent, goToDefinition, showHelp } from './symbols.ts'

/** Keys of the editor beside those of the text itself. True when the key was one of them. */
function press(event: KeyboardEvent, onRename: () => void): boolean {
  const { key, shiftKey, altKey } = event
  const mod = event.ctrlKey || event.metaKey
  const view = currentView()
  if (key === 'F12') void (shiftKey ? findReferences() : goToDefinition())
  else if (key === 'F2') onRename()
  else if (key === 'F1' && view) void showHelp(view)
  else if (shiftKey && altKey && event.code === 'KeyF') void formatCurrent()
  else if (mod && !altKey && key === 'F4') closeCurrent()
  else if (altKey && mod && (key === 'PageUp' || key === 'PageDown')) step(key === 'PageDown' ? 1 : -1)
  else return false
  return true
}

export function editorKeys(onRename: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.isComposing || !press(event, onRename)) return
    event.preventDefault()
    event.stopPropagation()
  }
}

function closeCurrent(): void {
  const { current } = now()
  if (current !== null) closeFile(current)
}

function step(by: number): void {
  const { tabs, current } = now()
  const next = tabs.at((tabs.indexOf(current ?? '') + by) % tabs.length)
  if (next !== undefined) void openFile(next)
}
