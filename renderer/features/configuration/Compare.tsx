import { MergeView } from '@codemirror/merge'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { lineBreaksOf, readable, readOnly } from './text/setup.ts'

interface CompareProps {
  before: { label: string; text: string }
  after: { label: string; text: string }
  /** Where the right side can be changed: told of each new text. */
  onChange?: (text: string) => void
}

/** Longer differences than this are told by whole lines. */
const exactness = { scanLimit: 1_000, timeout: 500 }

/** Two texts side by side, what is alike folded away. */
export function Compare({ before, after, onChange }: CompareProps) {
  const host = useRef<HTMLDivElement>(null)
  const told = useRef(onChange)
  told.current = onChange
  const isEditable = onChange !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: the right text is where editing begins, and is the editor's from then on
  useEffect(() => {
    if (!host.current) return
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' })
    const side = (label: string) => [
      readable,
      EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
      EditorView.lineWrapping,
    ]
    const merge = new MergeView({
      root,
      parent: root,
      a: { doc: before.text, extensions: [side(before.label), readOnly, lineBreaksOf(before.text)] },
      b: {
        doc: after.text,
        extensions: [
          side(after.label),
          lineBreaksOf(after.text),
          isEditable
            ? EditorView.updateListener.of(({ docChanged, state }) => docChanged && told.current?.(state.sliceDoc()))
            : [readOnly, EditorState.readOnly.of(true)],
        ],
      },
      ...(isEditable ? { revertControls: 'a-to-b' as const, renderRevertControl: takeButton } : {}),
      collapseUnchanged: { margin: 3, minSize: 6 },
      gutter: true,
      diffConfig: exactness,
    })
    const styles = new CSSStyleSheet()
    styles.replaceSync(frame)
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, styles]
    return () => {
      merge.destroy()
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== styles)
    }
  }, [before.text, before.label, after.label, isEditable])
  return <div className="compare" ref={host} />
}

function takeButton(): HTMLElement {
  const button = document.createElement('button')
  button.textContent = '→'
  button.title = 'Take this from the left'
  button.setAttribute('aria-label', 'Take this from the left')
  return button
}

/** What the merge view leaves to the page, which does not reach into the shadow tree. */
const frame = `
  .cm-mergeView { height: 100%; overflow: auto; background: var(--bg); }
  .cm-mergeViewEditors { min-height: 100%; }
  .cm-mergeViewEditor + .cm-mergeViewEditor { border-left: 1px solid var(--border); }
  .cm-merge-revert button { border: 0; background: none; color: var(--accent-text); font: inherit; cursor: pointer; }
  .cm-merge-revert button:focus-visible { outline: var(--focus-width) solid var(--focus); }
  .cm-editor .cm-changedLine.cm-changedLine { background-color: var(--diff-add); }
  .cm-merge-a.cm-editor .cm-changedLine.cm-changedLine, .cm-editor .cm-deletedChunk { background-color: var(--diff-del); }
  .cm-editor .cm-changedText.cm-changedText { background: color-mix(in srgb, var(--state-running) 24%, transparent); }
  .cm-merge-a.cm-editor .cm-changedText.cm-changedText, .cm-editor .cm-deletedChunk .cm-deletedText { background: color-mix(in srgb, var(--state-failed) 24%, transparent); }
  .cm-editor .cm-changedLineGutter.cm-changedLineGutter { background: var(--state-running); }
  .cm-merge-a.cm-editor .cm-changedLineGutter { background: var(--state-failed); }
  .cm-editor .cm-collapsedLines:before { content: '⋯'; margin-inline-end: 8px; }
  .cm-editor .cm-collapsedLines:after { content: ''; }
  .cm-editor .cm-collapsedLines { background: var(--bg-inset); color: var(--text-3); font-family: var(--font-ui); padding: 2px 16px; }
`
