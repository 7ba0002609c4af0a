import { type Diagnostic as Mark, setDiagnostics, setDiagnosticsEffect } from '@codemirror/lint'
import {
  type EditorState,
  type Extension,
  RangeSetBuilder,
  StateField,
  type Text,
  type TransactionSpec,
} from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view'
import type { Diagnostic } from '../../../../contract/index.ts'
import { fixFor, sentenceOf } from '../problems.ts'
import { offsetAt } from './positions.ts'

/** Shows the agent's findings in the text, in place of those before. */
export function withProblems(state: EditorState, problems: readonly Diagnostic[], firstLine = 1): TransactionSpec {
  return setDiagnostics(
    state,
    problems.map((problem) => markOf(state.doc, problem, firstLine)),
  )
}

function markOf(doc: Text, problem: Diagnostic, firstLine: number): Mark {
  const from = offsetAt(doc, problem, firstLine)
  const to = Math.max(from, offsetAt(doc, { line: problem.endLine, column: problem.endColumn }, firstLine))
  const fix = fixFor(problem)
  return {
    from,
    to,
    severity: problem.severity,
    message: sentenceOf(problem),
    ...(fix === null
      ? {}
      : {
          actions: [
            {
              name: `Use ${fix}`,
              apply: (view, at, end) => view.dispatch({ changes: { from: at, to: end, insert: fix } }),
            },
          ],
        }),
  }
}

/** The message at the end of its line. The Problems list says it to those who do not see it. */
class Lens extends WidgetType {
  readonly text: string
  readonly severity: string
  constructor(text: string, severity: string) {
    super()
    this.text = text
    this.severity = severity
  }
  override eq(other: Lens): boolean {
    return other.text === this.text && other.severity === this.severity
  }
  toDOM(): HTMLElement {
    const element = document.createElement('span')
    element.className = `cm-lens cm-lens-${this.severity}`
    element.setAttribute('aria-hidden', 'true')
    element.textContent = this.text
    return element
  }
  override ignoreEvent(): boolean {
    return false
  }
}

function linesOf(doc: Text, marks: readonly Mark[]): DecorationSet {
  const worst = new Map<number, Mark>()
  for (const mark of marks) {
    const { from } = doc.lineAt(Math.min(mark.from, doc.length))
    const known = worst.get(from)
    if (!known || (known.severity !== 'error' && mark.severity === 'error')) worst.set(from, mark)
  }
  const builder = new RangeSetBuilder<Decoration>()
  for (const [from, { message, severity }] of [...worst].sort(([a], [b]) => a - b)) {
    builder.add(from, from, Decoration.line({ class: `cm-problem-line cm-problem-${severity}` }))
    const { to } = doc.lineAt(from)
    builder.add(to, to, Decoration.widget({ widget: new Lens(message, severity), side: 1 }))
  }
  return builder.finish()
}

/** Lines with a problem, tinted, and what is wrong with them. */
export const problemLines: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    let next = lines.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (effect.is(setDiagnosticsEffect)) next = linesOf(transaction.state.doc, effect.value)
    }
    return next
  },
  provide: (field) => EditorView.decorations.from(field),
})
