import { useVirtualizer } from '@tanstack/react-virtual'
import { X } from 'lucide-react'
import { useRef } from 'react'
import { type FleetHost, formatPercent, type QueuedCommand } from '../../../contract/index.ts'
import { messageOf } from '../../actions/index.ts'
import { homeClient } from '../../connection/index.ts'
import { Ago, IconButton, Shape } from '../../parts/index.ts'
import { navigate } from '../../router/index.ts'
import { askPerson, chooseHost, showDone, showError } from '../../store/index.ts'
import { hostState } from './hosts.ts'

const rowHeight = 30
const columns = ['Host', 'State', 'Latency', 'Version', 'CPU', 'Memory', 'Services', 'Labels', '']

/** Only the rows that can be seen are in the page; a name shows that host. */
export function HostTable({ hosts }: { hosts: readonly FleetHost[] }) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: hosts.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  })
  return (
    <div className="scroll fleet-hosts" ref={scroller}>
      <table aria-label="Hosts" aria-rowcount={hosts.length + 1}>
        <thead>
          <tr>
            {columns.map((title) => (
              <th key={title} scope="col">
                {title === '' ? <span className="out-of-sight">Remove</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const host = hosts[index]
            return host && <Row key={host.id} host={host} top={start} index={index} />
          })}
        </tbody>
      </table>
    </div>
  )
}

function Row({ host, top, index }: { host: FleetHost; top: number; index: number }) {
  const {
    name,
    self,
    state,
    latencyMs,
    version,
    cpuPercent,
    memoryPercent,
    services,
    labels,
    notes,
    lastSeenAt,
    breaker,
  } = host
  const { shape, word } = hostState(host)
  const isAway = state === 'unreachable'
  const figure = (value: number | null): string => (value === null || isAway ? '–' : formatPercent(value))
  return (
    <tr style={{ top }} aria-rowindex={index + 2} data-away={isAway}>
      <th scope="row">
        <a
          href="/services"
          className="cut"
          title={notes.length === 0 ? name : notes.join('\n')}
          onClick={(event) => {
            event.preventDefault()
            chooseHost(self ? null : name)
            navigate('/services')
          }}
        >
          {name}
        </a>
      </th>
      <td>
        <span className="row">
          <Shape name={shape} />
          {word}
          {isAway && (
            <span className="dim cut">
              seen <Ago iso={lastSeenAt} />
            </span>
          )}
          {!isAway && breaker !== 'closed' && (
            <span
              className="dim cut"
              title="It has not answered several calls in a row, so none is sent to it for a moment"
            >
              {breaker === 'open' ? 'calls held back' : 'one call tried'}
            </span>
          )}
        </span>
      </td>
      <td className="num">{latencyMs === null || isAway || self ? '–' : `${latencyMs.toFixed(1)} ms`}</td>
      <td className={notes.some((note) => note.startsWith('It runs version')) ? 'other-version' : ''}>{version}</td>
      <td className="num">{figure(cpuPercent)}</td>
      <td className="num">{figure(memoryPercent)}</td>
      <td>
        <span className="row">
          {services.running} of {services.total}
          {services.failing > 0 && (
            <>
              <Shape name="failed" />
              {services.failing}
            </>
          )}
        </span>
      </td>
      <td className="cut">{Object.values(labels).join(' · ')}</td>
      <td>{isAway && <IconButton small icon={X} label={`Remove ${name}`} onClick={() => void remove(name)} />}</td>
    </tr>
  )
}

/** Takes a host off the list; what waits for it is withdrawn with it, which a person is asked about first. */
async function remove(host: string): Promise<void> {
  try {
    const { items } = await homeClient.fleet.commands.list({ host })
    const waiting = items.filter(({ state }) => state === 'waiting' || state === 'sent')
    if (waiting.length > 0 && !(await isToGo(host, waiting))) return
    const { notes } = await homeClient.hosts.remove({ host })
    showDone([`${host} is off the list.`, ...notes.filter((note) => note.includes('withdrawn'))].join(' '))
  } catch (error) {
    showError(`${host} is still on the list`, messageOf(error))
  }
}

async function isToGo(host: string, waiting: readonly QueuedCommand[]): Promise<boolean> {
  const choice = await askPerson({
    title: `Remove ${host}?`,
    text: `Commands wait for it: ${waiting.map(({ verb, services }) => `${verb} ${services.join(', ')}`).join('; ')}. They are withdrawn with it, and are not done when it comes back.`,
    choices: [
      { id: 'keep', label: 'Keep it' },
      { id: 'remove', label: 'Withdraw them and remove it', look: 'danger' },
    ],
  })
  return choice === 'remove'
}
