import { Copy, Download, ListFilter } from 'lucide-react'
import { useState } from 'react'
import { formatBytes, type LogLine, type LogWhole } from '../../../contract/index.ts'
import { download } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { absoluteTime, Button, copyText, Icon } from '../../parts/index.ts'
import { Link, servicePath, withQuery } from '../../router/index.ts'
import { showDone, showError } from '../../store/index.ts'
import { stripAnsi } from './ansi.ts'
import { valueText } from './content.ts'
import { type FieldFilter, filterBy } from './fields.ts'
import { Text } from './LogRow.tsx'

/** A page that draws more is slow to scroll; what is copied or saved has all of it. */
const mostShown = 1_000_000

interface LogDetailProps {
  line: LogLine
  marking: RegExp | null
  onFilter: (filter: FieldFilter) => void
}

/** A line that was opened: its members, or all of its text. */
export function LogDetail({ line, marking, onFilter }: LogDetailProps) {
  const { fields, truncated } = line
  const [whole, setWhole] = useState<LogWhole | null>(null)
  const text = whole?.text ?? line.text
  const copy = async (): Promise<void> => {
    const done = await copyText(fields ? JSON.stringify(fields, null, 2) : stripAnsi(text))
    if (done) showDone('Copied')
    else showError('Could not copy', 'The clipboard was refused.')
  }
  return (
    <div className="detail">
      {fields ? (
        <dl className="field-grid">
          {Object.entries(fields).map(([key, value]) => (
            <Field key={key} name={key} value={value} marking={marking} onFilter={onFilter} />
          ))}
        </dl>
      ) : (
        <p className="whole">
          <Text text={text.slice(0, mostShown)} marking={marking} />
        </p>
      )}
      {truncated && <Rest line={line} whole={whole} onWhole={setWhole} />}
      <div className="row detail-actions">
        <Button small icon={Copy} onClick={() => void copy()}>
          {fields ? 'Copy JSON' : 'Copy line'}
        </Button>
        {whole && (
          <Button small icon={Download} onClick={() => save(line, whole)}>
            Save line
          </Button>
        )}
        <Link className="link sm" to={chartAround(line)}>
          Show the chart around it
        </Link>
        <span className="faint">
          {line.service} · {line.stream} · line {line.seq} · {absoluteTime(line.time)}
        </span>
      </div>
    </div>
  )
}

const aroundMs = 15 * 60_000

/** What its service used before and after a line. */
const chartAround = ({ service, time }: LogLine): string =>
  withQuery(servicePath(service), { time: `${Date.parse(time) - aroundMs}-${Date.parse(time) + aroundMs}` })

/** What is not shown of a line that is too long for a list, and how to come to it. */
function Rest(props: { line: LogLine; whole: LogWhole | null; onWhole: (whole: LogWhole) => void }) {
  const { line, whole, onWhole } = props
  const [isReading, setIsReading] = useState(false)
  const { service, place } = line
  if (whole) {
    const size = formatBytes(new TextEncoder().encode(whole.text).length)
    const isCut = whole.text.length > mostShown
    return (
      <p className="faint">
        {isCut ? `Shown is the beginning; Copy and Save take ${size}.` : `All of it, ${size}.`}
        {whole.truncated && ' The line is longer still: the segment files under logs/ hold the rest.'}
      </p>
    )
  }
  if (place === undefined) return <p className="faint">The line is longer, and is still being written.</p>
  const read = async (): Promise<void> => {
    setIsReading(true)
    try {
      onWhole(await client.logs.whole({ service, place }))
    } catch (error) {
      showError('The line could not be read', error)
    } finally {
      setIsReading(false)
    }
  }
  return (
    <p className="faint row">
      The line is longer.
      <button type="button" className="link" disabled={isReading} onClick={() => void read()}>
        {isReading ? 'Reading …' : 'Show all of it'}
      </button>
    </p>
  )
}

function save({ service, seq }: LogLine, { text }: LogWhole): void {
  const name = `${service.replace(/[^\w.#@+-]+/g, '_')}_line-${seq}.log`
  download(name, new Blob([`${stripAnsi(text)}\n`], { type: 'text/plain' }))
  showDone(`Saved ${name}`)
}

interface FieldProps extends Omit<LogDetailProps, 'line'> {
  name: string
  value: unknown
}

function Field({ name, value, marking, onFilter }: FieldProps) {
  const filter = filterBy(name, value)
  return (
    <div>
      <dt>
        {filter ? (
          <button
            type="button"
            className="field-key"
            aria-label={`Filter by ${name}`}
            title={`Only lines with this ${name}`}
            onClick={() => onFilter(filter)}
          >
            {name}
            <Icon of={ListFilter} size={12} />
          </button>
        ) : (
          name
        )}
      </dt>
      <dd>
        <Text text={valueText(value)} marking={marking} />
      </dd>
    </div>
  )
}
