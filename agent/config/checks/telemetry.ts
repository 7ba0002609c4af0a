import type { LateText } from '../model.ts'
import type { Problems } from '../problems.ts'
import type { BlockSettings } from '../settings/read.ts'

/** What telemetry is sent to is an address of the web, as far as that can be seen before it is known. */
export function checkTelemetry(root: BlockSettings, problems: Problems): void {
  const [telemetry] = root.blocks.get('agent')?.[0]?.blocks.get('telemetry') ?? []
  const endpoint = telemetry?.blocks.get('otlp')?.[0]?.attributes.get('endpoint')
  const [start] = (endpoint?.value as LateText | undefined)?.parts ?? []
  if (endpoint === undefined || typeof start !== 'string' || /^https?:\/\/./i.test(start)) return
  problems.error(endpoint.place, {
    code: 'bad-value',
    message: `"${start.slice(0, 80)}" is no address that OTLP over HTTP can be sent to.`,
    expected: '"http://localhost:4318"',
  })
}
