import type { Service } from '../../../contract/index.ts'
import { Bytes, Percent } from '../../parts/index.ts'
import { useUsage } from '../../store/index.ts'
import { About } from './About.tsx'
import { Relations } from './Relations.tsx'
import { Trend } from './Trend.tsx'

/** The service now: what it uses, how it came to be, and what it hangs on. */
export function Figures({ service }: { service: Service }) {
  const { cpuPercent, memoryBytes } = useUsage(service.name)
  return (
    <div className="figures">
      <Trend name="CPU" unit="% of one core" measure="cpu" service={service.name}>
        <Percent value={cpuPercent} />
      </Trend>
      <Trend name="Memory" unit="process tree" measure="memory" service={service.name}>
        <Bytes value={memoryBytes} />
      </Trend>
      <div className="cols">
        <About service={service} />
        <Relations service={service} />
      </div>
    </div>
  )
}
