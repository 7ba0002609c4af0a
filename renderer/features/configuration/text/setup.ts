import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language'
import { lintKeymap } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from '@codemirror/view'
import { hcl } from 'codemirror-lang-hcl'
import { changeMarks } from './changes.ts'
import { type Ask, completionsOf, help } from './language.ts'
import { problemLines } from './problems.ts'
import { look } from './theme.ts'

/** What tells those who do not see the hint how to leave the editor by the keyboard. */
const howToLeave = 'Tab indents. To leave the editor, press Escape, then Tab.'

/** What every text of HCL in the panel has: its colours, numbers of lines, folding. */
export const readable: Extension = [
  look,
  hcl(),
  lineNumbers(),
  codeFolding(),
  foldGutter({ openText: '⌄', closedText: '›' }),
  highlightSpecialChars(),
  drawSelection(),
  bracketMatching(),
  search({ top: true }),
  keymap.of([...searchKeymap, ...foldKeymap]),
]

export const readOnly: Extension = [EditorState.readOnly.of(true), EditorView.editable.of(false)]

/** Line breaks stay as the file has them; one that mixes them keeps each. */
export function lineBreaksOf(text: string): Extension {
  const breaks = text.match(/\r?\n/g) ?? []
  const isDos = breaks.length > 0 && breaks.every((one) => one === '\r\n')
  return EditorState.lineSeparator.of(isDos ? '\r\n' : '\n')
}

interface Editing {
  /** What the text is called, and what is said of it besides. */
  label: string
  about: string
  asked: Ask
  onUpdate: Parameters<typeof EditorView.updateListener.of>[0]
}

/** The editor of a file, or of a part of one. */
export function editing({ label, about, asked, onUpdate }: Editing): Extension {
  return [
    changeMarks,
    readable,
    history(),
    problemLines,
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    rectangularSelection(),
    EditorState.allowMultipleSelections.of(true),
    indentUnit.of('  '),
    indentOnInput(),
    closeBrackets(),
    autocompletion({ override: [completionsOf(asked)], tooltipClass: () => 'cm-offers' }),
    help(asked),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-description': `${about}. ${howToLeave}`,
      spellcheck: 'false',
      tabindex: '0',
    }),
    EditorView.updateListener.of(onUpdate),
  ]
}
