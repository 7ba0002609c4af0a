import { memo } from 'react'
import { needsAttention, type Service } from '../../../contract/index.ts'
import { applyFix, type Fix } from '../../actions/index.ts'
import { Ago, Button, capitalise, rankOf, Shape, shapeOf } from '../../parts/index.ts'
import { Link, navigate, servicePath } from '../../router/index.ts'
import { isStale, useServices } from '../../store/index.ts'

const mostRows = 5

/** What needs someone, worst first: the reason, and beside it what puts it right. */
export function Attention() {
  const services = useServices()
  const troubled = [...services.values()].filter(needsAttention).sort((a, b) => rankOf(a) - rankOf(b))
  if (troubled.length === 0) return null
  const more = troubled.length - mostRows
  return (
    <section className="card" aria-label="Needs attention">
      <ul className="list attention">
        {troubled.slice(0, mostRows).map((service, index) => (
          <AttentionRow key={service.name} service={service} isFirst={index === 0} />
        ))}
        {more > 0 && (
          <li>
            <Link className="link" to="/services?filter=state%3Aattention+">
              {more} more
            </Link>
          </li>
        )}
      </ul>
    </section>
  )
}

/** What only leads to a page is not put before "Show why", which leads there too. */
const leadsElsewhere = ({ action }: Fix): boolean => action.kind === 'open-service' || action.kind === 'open-logs'

const AttentionRow = memo(function AttentionRow({ service, isFirst }: { service: Service; isFirst: boolean }) {
  const { name, why, reason, since } = service
  const sentence = capitalise(why?.sentence ?? reason.text)
  const fix = why?.fixes.find((candidate) => !leadsElsewhere(candidate))
  return (
    <li>
      <Shape name={shapeOf(service)} />
      <Link className="medium cut subject" to={servicePath(name)} title={name}>
        {name}
      </Link>
      <span className="dim cut grow" title={sentence}>
        {sentence}
      </span>
      <Ago iso={since} className="faint sm num since" />
      <span className="row fixes">
        {fix && (
          <Button
            small
            look={isFirst ? 'primary' : 'outline'}
            disabled={isStale(service)}
            onClick={() => void applyFix(fix)}
          >
            {fix.label}
          </Button>
        )}
        <Button small aria-label={`Show why ${name}`} onClick={() => navigate(servicePath(name))}>
          Show why
        </Button>
      </span>
    </li>
  )
})
