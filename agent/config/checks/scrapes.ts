import type { LateText } from '../model.ts'
import type { Problems } from '../problems.ts'
import type { BlockSettings } from '../settings/read.ts'

/** What is read is an address of the web, as far as that can be seen before it is known. */
export function checkScrapes(services: readonly BlockSettings[], problems: Problems): void {
  for (const service of services)
    for (const metrics of service.blocks.get('metrics') ?? [])
      for (const scrape of metrics.blocks.get('scrape') ?? []) {
        const url = scrape.attributes.get('url')
        const [start] = (url?.value as LateText | undefined)?.parts ?? []
        if (url === undefined || typeof start !== 'string' || /^https?:\/\/./i.test(start)) continue
        problems.error(url.place, {
          code: 'bad-value',
          message: `"${start.slice(0, 80)}" is no address that metrics can be read from.`,
          expected: '"http://localhost:9100/metrics"',
        })
      }
}
