import { type ReactNode, useEffect } from 'react'
import { localName, splitAddress } from '../../contract/index.ts'
import { Toolbar } from '../parts/index.ts'
import { Link } from '../router/index.ts'
import { useFleet, useIsEveryHost, useIsKnown, visitHost } from '../store/index.ts'

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
