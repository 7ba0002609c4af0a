import { Plus, Search } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import type { FleetStatus } from '../../../contract/index.ts'
import { useKeys } from '../../actions/index.ts'
import { Button, Icon, Select, Shape, type ShapeName, Toolbar } from '../../parts/index.ts'
import { useParameter } from '../../router/index.ts'
import { useFleet } from '../../store/index.ts'
import { AddHost } from './AddHost.tsx'
import { HostTable } from './HostTable.tsx'
import { type HostOrder, hostMatches, hostOrders } from './hosts.ts'
import { NoFleet } from './NoFleet.tsx'

const orders = [
  ['name', 'By name'],
  ['state', 'Worst first'],
  ['cpu', 'By CPU'],
  ['memory', 'By memory'],
  ['latency', 'By latency'],
] as const

/** All hosts, how they are and how this one is joined to them. */
export function Fleet() {
  const status = useFleet((fleet) => fleet.status)
  const hosts = useFleet((fleet) => fleet.hosts)
  const [filter, setFilter] = useParameter('filter')
  const [orderText, setOrder] = useParameter('order')
  const [isAdding, setAdding] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const order: HostOrder = orders.find(([id]) => id === orderText)?.[0] ?? 'name'
  const shown = useMemo(
    () => hosts.filter((host) => hostMatches(host, filter)).sort(hostOrders[order]),
    [hosts, filter, order],
  )
  useKeys({
    '/': (event) => {
      event.preventDefault()
      input.current?.focus()
    },
  })
  const isOff = status === null || status.state === 'off'
  return (
    <>
      <Toolbar title="Fleet">
        {!isOff && (
          <search className="input grow">
            <Icon of={Search} size={14} />
            <input
              ref={input}
              type="text"
              aria-label="Filter hosts"
              placeholder="Filter by label:, state:, version: or text"
              value={filter}
              spellCheck={false}
              onChange={(event) => setFilter(event.target.value)}
            />
            <span className="kbd" aria-hidden="true">
              /
            </span>
          </search>
        )}
        {!isOff && (
          <Select label="Order" value={order} options={orders} onChange={(id) => setOrder(id === 'name' ? '' : id)} />
        )}
        {!isOff && (
          <Button look="primary" icon={Plus} onClick={() => setAdding(true)}>
            Add host
          </Button>
        )}
      </Toolbar>
      {status !== null && !isOff && <Joined status={status} />}
      {isOff ? <NoFleet /> : <HostTable hosts={shown} />}
      {!isOff && shown.length === 0 && <p className="nothing dim">No host matches the filter.</p>}
      {isAdding && status && <AddHost status={status} onClose={() => setAdding(false)} />}
    </>
  )
}

const words: Readonly<Record<FleetStatus['state'], readonly [ShapeName, string]>> = {
  off: ['stopped', 'In no fleet'],
  connecting: ['starting', 'Connecting'],
  connected: ['running', 'Connected'],
  lost: ['unknown', 'Connection lost'],
  invalid: ['failed', 'Not joined'],
}

/** How this agent is joined to the server, and what is to be known about that. */
function Joined({ status }: { status: FleetStatus }) {
  const { state, server, servers, serverVersion, rttMs, problem, warnings, unprotected, clusterName, calls } = status
  const [shape, word] = words[state]
  const facts = [
    clusterName,
    server ?? servers.join(', '),
    serverVersion === null ? null : `nats-server ${serverVersion}`,
    rttMs === null ? null : `${rttMs} ms`,
    calls.failed + calls.refused > 0 ? `${calls.failed + calls.refused} calls not answered` : null,
  ]
  return (
    <section className="fleet-joined" aria-label="Connection to the fleet">
      <p className="row">
        <Shape name={shape} />
        <b>{word}</b>
        <span className="dim">{facts.filter(Boolean).join(' · ')}</span>
      </p>
      {problem !== null && <p role="status">{problem}</p>}
      {unprotected && (
        <p className="dim">Unprotected: whoever is on this machine may speak for every host. For development only.</p>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="dim">
          {warning}
        </p>
      ))}
    </section>
  )
}
