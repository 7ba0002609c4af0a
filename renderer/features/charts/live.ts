import type { Host, Series } from '../../../contract/index.ts'
import { isStale, usePanel } from '../../store/index.ts'

type Subject = Pick<Series, 'on' | 'subject' | 'metric' | 'labels'>

/** The value of now, where the state that the panel has anyway tells it; undefined where it does not. */
export function liveValue({ on, subject, metric, labels }: Subject): number | null | undefined {
  const { model } = usePanel.getState()
  if (on === 'host') return model.host ? hostValue(model.host, metric, labels) : undefined
  const service = on === 'service' ? model.services.get(subject) : undefined
  if (!service || isStale(service)) return undefined
  const usage = model.usage.get(subject)
  if (metric === 'cpu_percent') return usage?.cpuPercent ?? null
  if (metric === 'memory_bytes') return usage?.memoryBytes ?? null
  if (metric === 'up') return Number(service.pid !== null)
  if (metric === 'restarts') return service.restarts
  // What does not run has no value of anything.
  return service.pid === null ? null : metric === 'processes' ? service.processCount : undefined
}

function hostValue({ cpu, memory, swap, disks, network }: Host, metric: string, labels: Series['labels']) {
  const disk = disks.find(({ mount }) => mount === labels.mount)
  const link = network.find(({ name }) => name === labels.interface)
  switch (metric) {
    case 'cpu_percent':
      return cpu.percent
    case 'load1':
      return cpu.load[0]
    case 'memory_used_bytes':
      return memory.usedBytes
    case 'memory_percent':
      return memory.totalBytes > 0 ? (100 * memory.usedBytes) / memory.totalBytes : undefined
    case 'swap_used_bytes':
      return swap.usedBytes
    case 'disk_used_bytes':
      return disk?.usedBytes
    case 'network_receive_bytes_per_second':
      return link?.rxBytesPerSecond
    case 'network_transmit_bytes_per_second':
      return link?.txBytesPerSecond
  }
}
