import { Search } from 'lucide-react'
import { memo, useMemo, useRef } from 'react'
import { useKeys } from '../../actions/index.ts'
import { Choice, Icon, Select } from '../../parts/index.ts'
import { useParameter } from '../../router/index.ts'
import { useFleet } from '../../store/index.ts'
import { HostCards } from './HostCards.tsx'
import { HostTable } from './HostTable.tsx'
import { type HostOrder, hostMatches, hostOrders } from './hosts.ts'

const orders = [
  ['name', 'By name'],
  ['state', 'Worst first'],
  ['cpu', 'By CPU'],
  ['memory', 'By memory'],
  ['latency', 'By latency'],
] as const

const views = [
  ['table', 'Table'],
  ['cards', 'Cards'],
] as const

/** All hosts, and how they are. The page around it is drawn anew each second. */
export const Hosts = memo(function Hosts() {
  const hosts = useFleet((fleet) => fleet.hosts)
  const [filter, setFilter] = useParameter('filter')
  const [view, setView] = useParameter('view')
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
        <Choice
          name="View"
          value={view === 'cards' ? 'cards' : 'table'}
          options={views}
          onChange={(chosen) => setView(chosen === 'table' ? '' : chosen)}
        />
        <Select label="Order" value={order} options={orders} onChange={(id) => setOrder(id === 'name' ? '' : id)} />
      </div>
      {view === 'cards' ? <HostCards hosts={shown} /> : <HostTable hosts={shown} />}
      {shown.length === 0 && <p className="nothing dim">No host matches the filter.</p>}
    </>
  )
})
