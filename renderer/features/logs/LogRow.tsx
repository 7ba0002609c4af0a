import { Copy } from 'lucide-react'
import { type CSSProperties, memo, type Ref } from 'react'
import type { LogLine } from '../../../contract/index.ts'
import { copyText } from '../../actions/index.ts'
import { Button, timeOfDay } from '../../parts/index.ts'
import { parseAnsi, stripAnsi } from './ansi.ts'
import { contentOf, valueText } from './content.ts'
import { type MarkedSpan, markSpans } from './marks.ts'
import { hitsIn } from './pattern.ts'

interface LogRowProps {
  line: LogLine
  /** Whether the column of names is shown. */
  withSource: boolean
  colour: string
  marking: RegExp | null
}

/** What is beyond is seen when the line is opened. */
const mostInRow = 1_000

export const LogRow = memo(function LogRow({ line, withSource, colour, marking }: LogRowProps) {
  const { message, fields } = contentOf(line)
  const spans = parseAnsi(message.slice(0, mostInRow))
  const text = spans.map((span) => span.text).join('')
  const marked = marking ? markSpans(spans, hitsIn(text, marking)) : spans
  return (
    <>
      <time className="t" dateTime={line.time}>
        {timeOfDay(line.time, 'milliseconds')}
      </time>
      {withSource && (
        <span className="src" style={{ '--src': colour } as CSSProperties} title={line.service}>
          {line.service}
        </span>
      )}
      <span className="lv">{line.level}</span>
      <span className="m">
        <Spans spans={marked} />
        {fields.map(([key, value]) => (
          <span key={key}>
            {'  '}
            <span className="f">{key}=</span>
            {value.slice(0, 120)}
          </span>
        ))}
      </span>
    </>
  )
})

function Spans({ spans }: { spans: readonly MarkedSpan[] }) {
  return spans.map((span, index) => {
    const classes = classesOf(span)
    const Tag = span.hit ? 'mark' : 'span'
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line never change
      <Tag key={index} {...(classes === '' ? {} : { className: classes })}>
        {span.text}
      </Tag>
    )
  })
}

function classesOf({ colour, background, bold, dim, italic, underline, strike }: MarkedSpan): string {
  const classes = [
    colour && `fg-${colour}`,
    background && `bg-${background}`,
    bold && 'a-bold',
    dim && 'a-dim',
    italic && 'a-italic',
    underline && 'a-underline',
    strike && 'a-strike',
  ]
  return classes.filter(Boolean).join(' ')
}

/** A line that was opened: its members, or all of its text. */
export function LogDetail({ line, top, ref }: { line: LogLine; top: number; ref: Ref<HTMLDivElement> }) {
  const { fields, text, truncated } = line
  return (
    <div className="detail" style={{ top }} ref={ref} data-index={-1}>
      {fields ? (
        <dl className="field-grid">
          {Object.entries(fields).map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{valueText(value)}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p className="whole">
          <Spans spans={parseAnsi(text)} />
        </p>
      )}
      {truncated && <p className="faint">The line is longer; the segment files under logs/ hold all of it.</p>}
      <div className="row detail-actions">
        <Button
          small
          icon={Copy}
          onClick={() => void copyText(fields ? JSON.stringify(fields, null, 2) : stripAnsi(text))}
        >
          {fields ? 'Copy JSON' : 'Copy line'}
        </Button>
        <span className="faint">
          {line.service} · {line.stream} · line {line.seq}
        </span>
      </div>
    </div>
  )
}
