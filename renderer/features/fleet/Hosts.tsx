import { Search } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { useKeys } from '../../actions/index.ts'
import { Icon, Select } from '../../parts/index.ts'
import { useParameter } from '../../router/index.ts'
import { useFleet } from '../../store/index.ts'
import { HostTable } from './HostTable.tsx'
import { type HostOrder, hostMatches, hostOrders } from './hosts.ts'

const orders = [
  ['name', 'By name'],
  ['state', 'Worst first'],
  ['cpu', 'By CPU'],
  ['memory', 'By memory'],
  ['latency', 'By latency'],
] as const

/** All hosts, and how they are. */
export function Hosts() {
  const hosts = useFleet((fleet) => fleet.hosts)
  const [filter, setFilter] = useParameter('filter')
  const [orderText, setOrder] = useParameter('order')
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
  return (
    <>
      <div className="fleet-bar">
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
        <Select label="Order" value={order} options={orders} onChange={(id) => setOrder(id === 'name' ? '' : id)} />
      </div>
      <HostTable hosts={shown} />
      {shown.length === 0 && <p className="nothing dim">No host matches the filter.</p>}
    </>
  )
}
