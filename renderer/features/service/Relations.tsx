import type { Service } from '../../../contract/index.ts'
import { ExternalLink, Shape, shapeOf, wordOf } from '../../parts/index.ts'
import { Link, servicePath } from '../../router/index.ts'
import { usePanel, useService } from '../../store/index.ts'

/** Its ports, what it needs, and what needs it. */
export function Relations({ service }: { service: Service }) {
  const siblings = usePanel(({ model }) => siblingsOf(model.services, service))
  const replicas = siblings === '' ? [] : siblings.split('\n')
  const dependents = usePanel(({ model }) => dependentsOf(model.services, service.service))
  const names = dependents === '' ? [] : dependents.split('\n')
  return (
    <section className="card" aria-label="Ports and dependencies">
      <div className="card-head">
        <h2>Ports and dependencies</h2>
      </div>
      <ul className="list">
        {service.ports.map(({ port, url }) => (
          <li key={port}>
            <span className="dim relation">Port</span>
            {url === undefined ? (
              port
            ) : (
              <ExternalLink className="link" url={url}>
                {url}
              </ExternalLink>
            )}
          </li>
        ))}
        {replicas.map((name) => (
          <Relation key={`replica ${name}`} word="Replica" name={name} />
        ))}
        {service.dependsOn.map((name) => (
          <Relation key={`needs ${name}`} word="Needs" name={name} />
        ))}
        {names.map((name) => (
          <Relation key={`needed ${name}`} word="Needed by" name={name} />
        ))}
        {service.ports.length + replicas.length + service.dependsOn.length + names.length === 0 && (
          <li className="faint">No port is declared, and nothing hangs on it.</li>
        )}
      </ul>
    </section>
  )
}

/** As one text, so that a page is drawn anew only when the names change. */
function dependentsOf(services: ReadonlyMap<string, Service>, name: string): string {
  return [...services.values()]
    .filter(({ dependsOn }) => dependsOn.includes(name))
    .map((other) => other.name)
    .join('\n')
}

function siblingsOf(services: ReadonlyMap<string, Service>, { name, service, replica }: Service): string {
  if (replica === undefined) return ''
  return [...services.values()]
    .filter((other) => other.service === service && other.name !== name)
    .map((other) => other.name)
    .join('\n')
}

function Relation({ word, name }: { word: string; name: string }) {
  const service = useService(name)
  return (
    <li>
      <span className="dim relation">{word}</span>
      <Link className="medium" to={servicePath(name)}>
        {name}
      </Link>
      {service && (
        <span className="state push sm" data-state={shapeOf(service)}>
          <Shape name={shapeOf(service)} />
          <span className="word">{wordOf(service)}</span>
        </span>
      )}
    </li>
  )
}
