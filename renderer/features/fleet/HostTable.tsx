import { type FocusEvent, memo, useMemo, useRef, useState } from 'react'
import { type FleetHost, formatPercent } from '../../../contract/index.ts'
import { Ago, Shape, timeOfDay, useReusedRows } from '../../parts/index.ts'
import { HostName, RemoveHost } from './HostParts.tsx'
import { hostNote, hostState, isAboutVersion } from './hosts.ts'

const rowHeight = 30
const headHeight = 26
const columns = ['Host', 'State', 'Latency', 'Version', 'CPU', 'Memory', 'Services', 'Labels', '']

/** Only the rows that can be seen are in the page, and the one with the keyboard; a name shows that host. */
export function HostTable({ hosts }: { hosts: readonly FleetHost[] }) {
  const scroller = useRef<HTMLDivElement>(null)
  const [focused, setFocused] = useState<string | null>(null)
  const keyboardIndex = useMemo(() => hosts.findIndex(({ id }) => id === focused), [hosts, focused])
  const { rows, height } = useReusedRows({ lines: hosts, scroller, rowHeight, headHeight, keyboardIndex })
  const follow = ({ target }: FocusEvent): void => setFocused(target.closest('tr')?.dataset.id ?? null)
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
        <tbody style={{ height }} onFocus={follow} onBlur={() => setFocused(null)}>
          {rows.map(({ slot, line: { item, index, top } }) => (
            <Row key={slot} host={item} top={top} index={index} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Scrolling draws those anew that come into sight, and none of the others. */
const Row = memo(function Row({ host, top, index }: { host: FleetHost; top: number; index: number }) {
  const { self, state, latencyMs, version, cpuPercent, memoryPercent, services, labels, notes, lastSeenAt } = host
  const { shape, word } = hostState(host)
  const note = hostNote(host, timeOfDay)
  const isAway = state === 'unreachable'
  const figure = (value: number | null): string => (value === null || isAway ? '–' : formatPercent(value))
  return (
    <tr style={{ transform: `translateY(${top}px)` }} aria-rowindex={index + 2} data-away={isAway} data-id={host.id}>
      <th scope="row">
        <HostName host={host} />
      </th>
      <td>
        <span className="row">
          <Shape name={shape} />
          {word}
          {isAway && note === null && (
            <span className="dim cut">
              seen <Ago iso={lastSeenAt} />
            </span>
          )}
          {note !== null && (
            <span className="dim cut" title={note}>
              {note}
            </span>
          )}
        </span>
      </td>
      <td className="num">{latencyMs === null || isAway || self ? '–' : `${latencyMs.toFixed(1)} ms`}</td>
      <td className={notes.some(isAboutVersion) ? 'other-version' : ''}>{version}</td>
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
      <td>{isAway && <RemoveHost host={host} />}</td>
    </tr>
  )
})
