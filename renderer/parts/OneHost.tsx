import type { ReactNode } from 'react'
import { chooseHost, useFleet, useIsEveryHost } from '../store/index.ts'
import { Button } from './Button.tsx'
import { Toolbar } from './Toolbar.tsx'

const mostOffered = 12

/** What belongs to one host, under all of them: first one says which. */
export function OneHost({ title, what, children }: { title?: string; what: string; children: ReactNode }) {
  const isEvery = useIsEveryHost()
  const hosts = useFleet((fleet) => fleet.hosts)
  if (!isEvery) return children
  const there = hosts.filter(({ state }) => state === 'connected')
  return (
    <>
      {title !== undefined && <Toolbar title={title} />}
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
