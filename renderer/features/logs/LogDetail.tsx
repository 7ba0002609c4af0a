import { Copy, ListFilter } from 'lucide-react'
import type { LogLine } from '../../../contract/index.ts'
import { copyText } from '../../actions/index.ts'
import { absoluteTime, Button, Icon } from '../../parts/index.ts'
import { Link, servicePath, withQuery } from '../../router/index.ts'
import { showDone, showError } from '../../store/index.ts'
import { stripAnsi } from './ansi.ts'
import { valueText } from './content.ts'
import { type FieldFilter, filterBy } from './fields.ts'
import { Text } from './LogRow.tsx'

interface LogDetailProps {
  line: LogLine
  marking: RegExp | null
  onFilter: (filter: FieldFilter) => void
}

/** A line that was opened: its members, or all of its text. */
export function LogDetail({ line, marking, onFilter }: LogDetailProps) {
  const { fields, text, truncated } = line
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
          <Text text={text} marking={marking} />
        </p>
      )}
      {truncated && <p className="faint">The line is longer; the segment files under logs/ hold all of it.</p>}
      <div className="row detail-actions">
        <Button small icon={Copy} onClick={() => void copy()}>
          {fields ? 'Copy JSON' : 'Copy line'}
        </Button>
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
