import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startAgent, type TestAgent } from '../../e2e/agent.ts'
import { type Figure, percentile } from '../table.ts'
import { type Bench, type Measurement, timed } from './common.ts'

/** How soon a configuration is read, checked and planned after a key, and what an editor waits for. */
export const config: Measurement = async (bench) => {
  const figures: Figure[] = []
  for (const count of bench.quick ? [10, 100] : [10, 100, 1000, 5000]) {
    figures.push(...(await measure(bench, count)))
    bench.say(`${count} services`)
  }
  return figures
}

const name = 'services.hcl'

async function measure(bench: Bench, count: number): Promise<Figure[]> {
  const folder = bench.place.fresh('config')
  const rounds = bench.quick || count > 1000 ? 3 : 9
  const texts = Array.from({ length: rounds }, (_, round) => textOf(count, round))
  writeFileSync(join(folder, name), texts[0] ?? '')
  const agent = await startAgent(bench.place.fresh('data'), bench.place.env, { config: folder })
  try {
    const lines = texts[0]?.split('\n').length ?? 0
    const at = { file: name, line: lines - 4, column: 3 }
    const of = (work: string, values: number, goal?: number): Figure => ({
      work: `${work}, ${count} services`,
      unit: 'ms',
      values: { HXE: values },
      ...(goal === undefined ? {} : { goal }),
    })
    // As when one types: each text is another than the last one.
    const completeMs = await median(texts, (text) => ask(agent, '/config/complete', { unsaved: { [name]: text }, at }))
    const validateMs = await median(texts, (text) =>
      ask(agent, '/config/validate', { files: { [name]: `${text}# v\n` } }),
    )
    const planMs = await median(texts, (text) => ask(agent, '/config/plan', { files: { [name]: `${text}# p\n` } }))
    return [
      of('parse and complete', completeMs),
      of('key to diagnostics', validateMs, count <= 100 ? 150 : undefined),
      of('plan', planMs, count === 1000 ? 300 : undefined),
    ]
  } finally {
    await agent.stop()
  }
}

async function median(texts: readonly string[], work: (text: string) => Promise<unknown>): Promise<number> {
  const [first = '', ...rest] = texts
  // The first one starts the parser.
  await work(first)
  const samples: number[] = []
  for (const text of rest) samples.push(await timed(() => work(text)))
  return percentile(samples, 0.5)
}

async function ask(agent: TestAgent, path: string, body: unknown): Promise<void> {
  const response = await agent.ask(path, { method: 'POST', body, timeoutMs: 120_000 })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  await response.text()
}

/** Twenty lines for each service, as people write them; `round` changes one value of the last. */
function textOf(count: number, round: number): string {
  const services = Array.from({ length: count }, (_, index) =>
    [
      `# Service ${index} of the shop.`,
      `service "svc-${index}" {`,
      `  command     = "node server.js --port \${var.base + ${index}}"`,
      `  autostart   = false`,
      `  tags        = ["backend", "team-${index % 10}"]`,
      `  description = "Number ${index === count - 1 ? round : index}"`,
      ...(index % 10 === 0 ? [] : [`  depends_on  = ["svc-${index - 1}"]`]),
      '  environment = {',
      '    NODE_ENV  = "production"',
      `    LOG_LEVEL = "info"`,
      `    NAME      = upper("svc-${index}")`,
      '  }',
      '  restart {',
      '    policy = "always"',
      '    delay  = "2s"',
      '  }',
      '  stop {',
      '    timeout = "15s"',
      '  }',
      '}',
      '',
    ].join('\n'),
  )
  return `variable "base" {\n  default = 3000\n}\n\n${services.join('\n')}`
}
