import type { Service, Why } from '../../../contract/index.ts'
import { applyFix, type Fix } from '../../actions/index.ts'
import { Button, Clock, Shape, type ShapeName, shapeOf } from '../../parts/index.ts'
import { Link, servicePath } from '../../router/index.ts'
import { useNowMs } from '../../store/index.ts'
import { factsOf } from './facts.ts'

/** Why a service is not as wanted: the sentence, what led to it, the last lines, and what to do. */
export function WhyPanel({ service, why }: { service: Service; why: Why }) {
  const { chain, lastLines = [] } = why
  return (
    <section className="why-block" aria-label={`Why ${service.name} is ${service.state}`}>
      <div className="why-top">
        <div className="grow">
          <h2 className="reason">{why.sentence}</h2>
          <Facts service={service} />
        </div>
        <Fixes fixes={why.fixes} />
      </div>
      {chain.length + lastLines.length > 0 && (
        <div className="cause">
          <Chain service={service} chain={chain} />
          <LastLines service={service} lines={lastLines} />
        </div>
      )}
    </section>
  )
}

function Facts({ service }: { service: Service }) {
  const nowMs = useNowMs()
  return <p className="dim">{factsOf(service, nowMs)}</p>
}

/** Safest and likeliest last, at the edge and filled, as in a dialog. */
function Fixes({ fixes }: { fixes: readonly Fix[] }) {
  const shown = fixes.slice(0, 3)
  const more = fixes.slice(3)
  return (
    <div className="fix-column">
      <div className="row fix-buttons">
        {shown.map((fix, index) => (
          <Button key={fix.label} look={index === 0 ? 'primary' : 'outline'} onClick={() => void applyFix(fix)}>
            {fix.label}
          </Button>
        ))}
      </div>
      {more.length > 0 && (
        <div className="row fix-links">
          {more.map((fix) => (
            <button key={fix.label} type="button" className="link sm" onClick={() => void applyFix(fix)}>
              {fix.label}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}

function Chain({ service, chain }: { service: Service; chain: Why['chain'] }) {
  if (chain.length === 0) return null
  return (
    <div className="stack">
      <h3 className="cap">What led to it</h3>
      <ol className="chain">
        {chain.map(({ subject, fact, at }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a chain is replaced as a whole, its rows have no name of their own
          <li key={index}>
            <Shape name={shapeOfLink(index, chain.length, service)} />
            <span className="tm">{at !== undefined && <Clock iso={at} className="faint sm" />}</span>
            <span className="cut grow" title={`${subject} ${fact}`}>
              <span className="medium">{subject}</span> {fact}
            </span>
            {index === 0 && chain.length > 1 && (
              <span className="pill small" data-state="unhealthy">
                Cause
              </span>
            )}
          </li>
        ))}
      </ol>
    </div>
  )
}

/** The first is the cause, the last what is seen; what lies between leads from one to the other. */
function shapeOfLink(index: number, length: number, service: Service): ShapeName {
  if (index === length - 1) return shapeOf(service)
  return index === 0 ? 'warning' : 'info'
}

const errorLine = /\b(error|fatal|exception|panic|EADDRINUSE|ECONNREFUSED|ENOENT|EACCES)\b|^\s+at\s/i

function LastLines({ service, lines }: { service: Service; lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <div className="stack">
      <h3 className="cap">
        Last lines
        <Link className="push link" to={servicePath(service.name, 'logs')}>
          All lines
        </Link>
      </h3>
      <div className="last mono">
        {lines.slice(-8).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines may repeat and are replaced as a whole
          <div key={index} className={errorLine.test(line) ? 'error' : ''} title={line}>
            {line}
          </div>
        ))}
      </div>
    </div>
  )
}
