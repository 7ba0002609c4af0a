import type { Service } from '../../../contract/index.ts'
import { About } from './About.tsx'
import { Relations } from './Relations.tsx'
import { ServiceCharts } from './ServiceCharts.tsx'

/** How the service does over time, how it came to be, and what it hangs on. */
export function Figures({ service }: { service: Service }) {
  return (
    <div className="figures">
      <ServiceCharts service={service} />
      <div className="cols">
        <About service={service} />
        <Relations service={service} />
      </div>
    </div>
  )
}
