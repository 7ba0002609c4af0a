import { Annotation, Compartment, EditorState } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import type { Diagnostic } from '../../../contract/index.ts'
import type { Asked } from './text/language.ts'
import { withProblems } from './text/problems.ts'
import { editing } from './text/setup.ts'

export interface LinesProps {
  file: string
  /** The line of the file that the text begins with. */
  firstLine: number
  text: string
  label: string
  problems: readonly Diagnostic[]
  onText: (text: string) => void
  /** Takes over what was typed, and tells what the agent has to know to help in it. */
  asked: () => Promise<Asked>
}

/** Some lines of a file in the editor that the page of the files has, in a shadow tree for the same reason. */
export function Lines(props: LinesProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const now = useRef(props)
  now.current = props
  // What was told and has not come back: typing is faster than drawing, and an echo must not put back what was typed since.
  const told = useRef<string[]>([])
  const shown = useRef(props.text)
  const { text, firstLine, problems } = props

  useEffect(() => {
    if (!host.current) return
    const opened = open(host.current, now, (typed) => {
      told.current.push(typed)
      now.current.onText(typed)
    })
    view.current = opened
    return () => {
      view.current = null
      opened.destroy()
    }
  }, [])
  useEffect(() => {
    const { current } = view
    if (!current) return
    const { doc } = current.state
    if (text !== shown.current) {
      shown.current = text
      const echo = told.current.lastIndexOf(text)
      told.current = echo < 0 ? [] : told.current.slice(echo + 1)
      // The cursor stays where it is in what was typed.
      if (echo < 0 && current.state.sliceDoc() !== text)
        current.dispatch({ changes: { from: 0, to: doc.length, insert: text }, annotations: fromOutside.of(true) })
    }
    current.dispatch({ effects: numbers.reconfigure(numbersFrom(firstLine)) })
    current.dispatch(withProblems(current.state, problems, firstLine))
  }, [text, firstLine, problems])
  return <div className="form-lines" ref={host} />
}

const numbers = new Compartment()
const numbersFrom = (first: number) => lineNumbers({ formatNumber: (line) => String(line + first - 1) })

/** What was not typed here. */
const fromOutside = Annotation.define<boolean>()

function open(host: HTMLElement, now: { readonly current: LinesProps }, onTyped: (text: string) => void): EditorView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  const { text, label, file, firstLine } = now.current
  return new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorState.lineSeparator.of('\n'),
        numbers.of(numbersFrom(firstLine)),
        editing({
          label,
          about: `Lines of ${file}`,
          asked: () => now.current.asked(),
          onUpdate: ({ docChanged, state, transactions }) => {
            if (docChanged && !transactions.some((each) => each.annotation(fromOutside))) onTyped(state.sliceDoc())
          },
        }),
      ],
    }),
  })
}
