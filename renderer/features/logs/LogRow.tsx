import { type CSSProperties, memo } from 'react'
import type { LogLine } from '../../../contract/index.ts'
import { ExternalLink, timeOfDay } from '../../parts/index.ts'
import { parseAnsi } from './ansi.ts'
import { contentOf } from './content.ts'
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
const mostInField = 120

export const LogRow = memo(function LogRow({ line, withSource, colour, marking }: LogRowProps) {
  const { message, fields } = contentOf(line)
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
        <Text text={message.slice(0, mostInRow)} marking={marking} />
        {fields.map(([key, value]) => (
          <span key={key}>
            {'  '}
            <span className="f">{key}=</span>
            <Text text={value.slice(0, mostInField)} marking={marking} />
          </span>
        ))}
      </span>
    </>
  )
})

/** Text that a service wrote, with its colours and with the hits in it. */
export function Text({ text, marking }: { text: string; marking: RegExp | null }) {
  const spans = parseAnsi(text)
  const marked = marking ? markSpans(spans, hitsIn(spans.map((span) => span.text).join(''), marking)) : spans
  return marked.map((span: MarkedSpan, index) => {
    const classes = classesOf(span)
    const Tag = span.hit ? 'mark' : 'span'
    const shown = (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line never change
      <Tag key={index} {...(classes === '' ? {} : { className: classes })}>
        {span.text}
      </Tag>
    )
    return span.link === undefined ? (
      shown
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above
      <ExternalLink key={index} url={span.link} className="link" title={span.link}>
        {shown}
      </ExternalLink>
    )
  })
}

function classesOf({ colour, background, bold, dim, italic, underline, strike, escaped }: MarkedSpan): string {
  const classes = [
    colour && `fg-${colour}`,
    background && `bg-${background}`,
    bold && 'a-bold',
    dim && 'a-dim',
    italic && 'a-italic',
    underline && 'a-underline',
    strike && 'a-strike',
    escaped && 'a-escaped',
  ]
  return classes.filter(Boolean).join(' ')
}
