import { type ReactNode, useEffect } from 'react'
import { localName, splitAddress } from '../../contract/index.ts'
import { Button, Toolbar } from '../parts/index.ts'
import { Link } from '../router/index.ts'
import { chooseHost, useFleet, useIsEveryHost, useIsKnown, visitHost } from '../store/index.ts'

const mostOffered = 12

/** What belongs to one host, under all of them: first one says which. */
export function OneHost({ title, what, children }: { title: string; what: string; children: ReactNode }) {
  const isEvery = useIsEveryHost()
  const hosts = useFleet((fleet) => fleet.hosts)
  if (!isEvery) return children
  const there = hosts.filter(({ state }) => state === 'connected')
  return (
    <>
      <Toolbar title={title} />
      <div className="lone">
        <p className="lead">{what}</p>
        <p className="dim">All hosts are shown. Choose the one that you mean:</p>
        <ul className="stack host-choices" aria-label="Hosts">
          {there.slice(0, mostOffered).map(({ id, name, self }) => (
            <li key={id}>
              <Button onClick={() => chooseHost(self ? null : name)}>{self ? `${name} (this computer)` : name}</Button>
            </li>
          ))}
        </ul>
        {there.length > mostOffered && (
          <p className="faint">The other {there.length - mostOffered} are in the list of hosts above the pages.</p>
        )}
      </div>
    </>
  )
}

/** A service by its address is shown at its host; a name alone, under all hosts, is meant to be this computer's. */
export function AtHost({ address, children }: { address: string; children: (name: string) => ReactNode }) {
  const { host } = splitAddress(address)
  const chosen = useFleet((fleet) => fleet.chosen)
  const hosts = useFleet((fleet) => fleet.hosts)
  const isEvery = useIsEveryHost()
  const isKnown = useIsKnown()
  const found = host === undefined ? undefined : hosts.find((each) => each.name === host || each.id === host)
  const wanted = host === undefined ? (isEvery ? null : chosen) : found?.self ? null : (found?.name ?? undefined)
  useEffect(() => {
    if (wanted !== undefined) visitHost(wanted)
  }, [wanted])
  if (wanted === undefined && hosts.length > 0) return <NoHost name={host ?? ''} />
  return wanted !== chosen || !isKnown ? null : children(localName(address))
}

function NoHost({ name }: { name: string }) {
  return (
    <>
      <Toolbar title={name} />
      <div className="lone">
        <p className="lead">There is no host named {name}</p>
        <p className="dim">It may have left the fleet, or been taken off the list.</p>
        <Link className="link" to="/fleet">
          All hosts
        </Link>
      </div>
    </>
  )
}
