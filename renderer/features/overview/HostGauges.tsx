import type { ReactNode } from 'react'
import { formatBytes, type Host } from '../../../contract/index.ts'
import { Bytes, Percent, roundUp, TimeAxis, topOf, tracePath } from '../../parts/index.ts'
import { type HostMeasure, hostHistory, usePanel, useSlot } from '../../store/index.ts'
import { useHostPast } from '../charts/index.ts'

/** The machine now, and what was seen of it in the last hour. */
export function HostGauges() {
  const host = usePanel(({ model }) => model.host)
  useHostPast(host?.disks[0]?.mount)
  if (!host) return null
  return (
    <section className="card gauges" aria-label={`Host ${host.name}`}>
      <Gauge name="CPU" measure="cpu" top={100} note={`${cores(host)} · load ${(host.cpu.load[0] ?? 0).toFixed(1)}`}>
        <Percent value={host.cpu.percent} />
      </Gauge>
      <Gauge name="Memory" measure="memory" top={host.memory.totalBytes} note={shareOf(host.memory)}>
        <Bytes value={host.memory.usedBytes} />
      </Gauge>
      <DiskGauge host={host} />
      <NetworkGauge host={host} />
    </section>
  )
}

const cores = ({ cpu }: Host): string => `${cpu.cores} ${cpu.cores === 1 ? 'core' : 'cores'}`

const shareOf = ({ usedBytes, totalBytes }: { usedBytes: number; totalBytes: number }): string =>
  totalBytes > 0 ? `${Math.round((usedBytes / totalBytes) * 100)} % of ${formatBytes(totalBytes)}` : ''

function DiskGauge({ host }: { host: Host }) {
  const [disk] = host.disks
  return (
    <Gauge name="Disk" measure="disk" top={disk?.totalBytes ?? 1} note={disk ? shareOf(disk) : ''} hint={disk?.mount}>
      <Bytes value={disk?.usedBytes ?? null} />
    </Gauge>
  )
}

/** Below 100 kB/s the trace would be noise. */
const leastNetworkTop = 100_000

function NetworkGauge({ host }: { host: Host }) {
  const slot = useSlot()
  const rx = host.network.reduce((sum, item) => sum + item.rxBytesPerSecond, 0)
  const tx = host.network.reduce((sum, item) => sum + item.txBytesPerSecond, 0)
  const top = roundUp(topOf(hostHistory('network', slot), leastNetworkTop))
  return (
    <Gauge name="Network" measure="network" top={top} note={`in ${formatBytes(rx)} · out ${formatBytes(tx)}`}>
      <Bytes value={rx + tx} />
      <span className="unit">/s</span>
    </Gauge>
  )
}

interface GaugeProps {
  name: string
  measure: HostMeasure
  top: number
  note: string
  hint?: string | undefined
  children: ReactNode
}

const plot = { width: 240, height: 38 }

function Gauge({ name, measure, top, note, hint, children }: GaugeProps) {
  const slot = useSlot()
  const values = hostHistory(measure, slot)
  const { line, area } = tracePath(values, { ...plot, top })
  return (
    <div className="gauge" title={hint}>
      <div className="row">
        <span className="dim">{name}</span>
        <span className="push faint sm cut">{note}</span>
      </div>
      <div className="big figure">{children}</div>
      <svg
        className="trace"
        viewBox={`0 -1 ${plot.width} ${plot.height + 2}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path className="area" d={area} />
        <path className="line" d={line} />
        <path className="base" d={`M0 ${plot.height + 0.5}H${plot.width}`} />
      </svg>
      <TimeAxis slots={values.length} />
    </div>
  )
}
