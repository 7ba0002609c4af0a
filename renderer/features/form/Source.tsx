import { useEffect, useRef, useState } from 'react'
import type { Diagnostic, ServiceForm } from '../../../contract/index.ts'
import { editorPath, Link } from '../../router/index.ts'

const pauseMs = 300

interface SourceProps {
  source: ServiceForm['sources'][number]
  problems: readonly Diagnostic[]
  onWrite: (source: ServiceForm['sources'][number], lines: string) => Promise<void>
}

/** The service's own lines in one file. What is typed here is in the fields a moment later, and the other way round. */
export function Source({ source, problems, onWrite }: SourceProps) {
  const { file, line, endLine } = source
  const [text, setText] = useState(source.text)
  const typed = useRef<{ timer: ReturnType<typeof setTimeout> } | null>(null)
  // While somebody types here, what comes back is older than what stands here.
  useEffect(() => {
    if (typed.current === null) setText(source.text)
  }, [source.text])
  useEffect(() => () => clearTimeout(typed.current?.timer), [])
  const edit = (value: string): void => {
    setText(value)
    clearTimeout(typed.current?.timer)
    const timer = setTimeout(() => {
      typed.current = null
      void onWrite(source, value)
    }, pauseMs)
    typed.current = { timer }
  }
  const found = problems.filter((problem) => problem.file === file && problem.line >= line && problem.line <= endLine)
  return (
    <section className="form-source" aria-label={`HCL in ${file}`}>
      <Link className="link mono sm" to={editorPath({ file, line })}>
        {file}:{line}
      </Link>
      <textarea
        className="mono"
        aria-label={`HCL of the service in ${file}`}
        spellCheck={false}
        rows={Math.min(40, text.split('\n').length + 1)}
        value={text}
        onChange={({ target }) => edit(target.value)}
      />
      {found.map((problem) => (
        <p className="sm add-problem" data-severity={problem.severity} key={`${problem.line}:${problem.column}`}>
          Line {problem.line}: {problem.message} {problem.suggestion}
        </p>
      ))}
    </section>
  )
}
