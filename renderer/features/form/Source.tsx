import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { Diagnostic, ServiceForm } from '../../../contract/index.ts'
import { editorPath, Link } from '../../router/index.ts'
import { unsavedOf, useEdits } from '../../store/index.ts'

const Lines = lazy(async () => ({ default: (await import('../configuration/index.ts')).Lines }))

const pauseMs = 300

type Part = ServiceForm['sources'][number]

interface SourceProps {
  source: Part
  problems: readonly Diagnostic[]
  onWrite: (source: Part, lines: string) => Promise<void>
}

/** Line breaks are the file's own again when it is written. */
const plain = ({ text }: Part): string => text.replaceAll('\r\n', '\n')

/** The service's own lines in one file. What is typed here is in the fields a moment later, and the other way round. */
export function Source({ source, problems, onWrite }: SourceProps) {
  const { file, line, endLine } = source
  const [text, setText] = useState(plain(source))
  const typed = useRef<{ text: string; timer: ReturnType<typeof setTimeout> } | null>(null)
  // The lines that what is typed takes the place of, and of how many lines it consists by now.
  const place = useRef(source)
  const writes = useRef(0)
  // While somebody types here, or that is being written, what comes back is older than what stands here.
  useEffect(() => {
    if (typed.current !== null || writes.current > 0) return
    place.current = source
    setText(plain(source))
  }, [source])
  useEffect(() => () => clearTimeout(typed.current?.timer), [])
  const take = async (): Promise<void> => {
    const { current } = typed
    if (current === null) return
    clearTimeout(current.timer)
    typed.current = null
    const before = place.current
    place.current = { ...before, endLine: before.line + current.text.split('\n').length - 1 }
    writes.current += 1
    await onWrite(before, current.text)
    writes.current -= 1
  }
  const edit = (value: string): void => {
    setText(value)
    clearTimeout(typed.current?.timer)
    typed.current = { text: value, timer: setTimeout(() => void take(), pauseMs) }
  }
  const asked = async () => {
    await take()
    return { file, firstLine: place.current.line, unsaved: unsavedOf(useEdits.getState().files) }
  }
  const found = problems.filter((problem) => problem.file === file && problem.line >= line && problem.line <= endLine)
  return (
    <section className="form-source" aria-label={`HCL in ${file}`}>
      <Link className="link mono sm" to={editorPath({ file, line })}>
        {file}:{line}
      </Link>
      <Suspense fallback={<p className="nothing dim">Opening the editor …</p>}>
        <Lines
          file={file}
          firstLine={line}
          text={text}
          label={`HCL of the service in ${file}`}
          problems={found}
          onText={edit}
          asked={asked}
        />
      </Suspense>
      {found.map((problem) => (
        <p className="sm add-problem" data-severity={problem.severity} key={`${problem.line}:${problem.column}`}>
          Line {problem.line}: {problem.message} {problem.suggestion}
        </p>
      ))}
    </section>
  )
}
