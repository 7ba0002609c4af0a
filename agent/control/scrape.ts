import { LateTexts, maskAddress, type ServiceSpec } from '../config/index.ts'
import { Scraper, type ScrapeTarget } from '../metrics/index.ts'
import { callHttp, currentEnv, readTextNow } from '../os/index.ts'
import { shownState } from '../supervisor/index.ts'
import type { Engine } from './engine.ts'

/** Reads the endpoints that services name in `metrics`, while they run. Returns what ends it. */
export function openScraper(engine: Engine): { scraper: Scraper; close: () => void } {
  const scraper = new Scraper({
    clock: engine.deps.clock,
    random: engine.deps.random,
    targets: () => targetsOf(engine),
    fetch: readMetrics,
    onProblem: (instance, text) =>
      engine.eventLog.append({
        kind: 'service.warning',
        severity: 'warning',
        service: instance,
        text,
        author: 'agent',
      }),
  })
  let hasAny = false
  const configured = (): void => {
    hasAny = [...engine.specs.values()].some(({ scrapes }) => scrapes.length > 0)
    scraper.follow()
  }
  engine.configured.add(configured)
  // Each look finds who has come to run, and who no longer does; a look that finds nothing to read costs nothing.
  const stop = engine.metrics.onSweep(() => {
    if (hasAny) scraper.follow()
  })
  return {
    scraper,
    close() {
      engine.configured.delete(configured)
      stop()
      scraper.close()
    },
  }
}

const accepted = 'text/plain;version=0.0.4,*/*;q=0.1'

async function readMetrics(url: string, limits: { timeoutMs: number; maxBodyBytes: number }): Promise<string> {
  const answer = await callHttp({ url, policy: 'nearby', headers: { accept: accepted }, ...limits })
  if (answer.status !== 200) throw new Error(`${maskAddress(url)} answered ${answer.status}, not 200`)
  if (answer.truncated) throw new Error(`${maskAddress(url)} answered more than ${limits.maxBodyBytes} bytes`)
  return answer.body.toString('utf8')
}

/** Those of services that run; an address that is not known yet is not read. */
function targetsOf(engine: Engine): ScrapeTarget[] {
  if (!(engine.configuration?.agent.metrics.enabled ?? true)) return []
  return [...engine.specs.values()]
    .filter(({ scrapes }) => scrapes.length > 0)
    .flatMap((spec) =>
      engine.supervisor
        .instancesOf(spec.name)
        .filter(({ phase }) => shownState[phase] === 'running')
        .flatMap(({ instance, replica }) => targetsOfInstance(spec, instance, replica ?? 0)),
    )
}

function targetsOfInstance(spec: ServiceSpec, instance: string, replica: number): ScrapeTarget[] {
  const texts = new LateTexts(spec.range.file, { env: currentEnv(), readFile: readTextNow })
  return spec.scrapes.flatMap(({ url: text, intervalMs }) => {
    const url = addressOf(texts.text(text), spec, replica)
    if (!URL.canParse(url)) return []
    const { host, pathname } = new URL(url)
    return [
      {
        id: `${instance}\0${url}\0${intervalMs}`,
        instance,
        labels: spec.scrapes.length > 1 ? { endpoint: `${host}${pathname}` } : {},
        url,
        shown: maskAddress(url),
        intervalMs,
      },
    ]
  })
}

/** Of a replica the ports of its service have moved on, as its PORT has. */
function addressOf(written: string, spec: ServiceSpec, replica: number): string {
  const moved = (port: number): number => port + replica * spec.portStep
  const first = spec.ports[0]?.port
  const named = first === undefined ? written : written.replace(/\$(?:PORT\b|\{PORT\})/g, String(moved(first)))
  if (named !== written || replica === 0 || !URL.canParse(written)) return named
  const url = new URL(written)
  if (!spec.ports.some(({ port }) => String(port) === url.port)) return written
  url.port = String(moved(Number(url.port)))
  return url.href
}
