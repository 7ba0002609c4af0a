// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is HCL's notation, in texts of HCL
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { makeFolder, quietEnv } from './fixtures/load.ts'
import { type LoadOptions, loadAnew, loadConfiguration } from './load.ts'
import { warmUp } from './syntax/judge.ts'

/** More runs from outside: `HXE_RUNS=1000 npx vitest run agent/config/recall.property.test.ts`. */
const runs = Number(process.env.HXE_RUNS ?? 30)

// HashiCorp's parser is started by the first who asks, which takes long on a machine that is busy.
beforeAll(() => warmUp(), 120_000)

const lines = [
  '',
  '# a remark',
  '/* two',
  '   lines */',
  'service "a" {',
  'service "b" {',
  '  service "c" { command = "sleep 1" }',
  'service "d" {',
  'template "t" {',
  'template "u" {',
  'services {',
  '}',
  '}',
  '}',
  '  command = "sleep ${var.seconds}"',
  '  command = "true"',
  '  command = "no-such-program \\"x"',
  '  extends = "t"',
  '  extends = "u"',
  '  depends_on = ["a", "b"]',
  '  depends_on {\n    service = "a"\n    condition = "healthy"\n  }',
  '  ports = local.ports',
  '  ports = [3000, var.base + 1]',
  '  environment = { A = local.word, PASSWORD = "x", B = "env:B" }',
  '  environment = merge(local.map, { C = file("text.txt") })',
  '  description = try(local.nothing, var.seconds, "none")',
  '  description = can(var.seconds) ? upper(local.word) : "-"',
  '  description = <<-EOT\n    one ${local.word}\n      two\n  EOT',
  '  working_dir = "${env.HOME}/x"',
  '  restart {\n    delay = "2s"\n    max_delay = "1s"\n  }',
  '  restart { policy = "always" }',
  '  health_check {\n    url = "http://localhost"\n  }',
  '  hooks {\n    pre_start {\n      command = "echo ${local.word}"\n    }\n  }',
  '  nice = 50',
  '  unheard = 1',
  '  replicas = 2',
  '  env_file = ["text.txt"]',
  'variable "seconds" { default = 5 }',
  'variable "seconds" {\n  default = "7"\n  sensitive = true\n}',
  'variable "base" {\n  type = number\n  default = 3000\n}',
  'locals {\n  word = "w-${var.seconds}"\n  ports = [var.base, 4000]\n}',
  'locals { map = { X = "1" } }',
  'locals { map = { X = "2", Y = local.word } }',
  'app "x" { services = ["a", "zz"] }',
  'agent {\n  log_level = "debug"\n}',
  'include = ["more.conf"]',
]

const line = fc.constantFrom(...lines)
/** Mostly whole services, so that most files can be loaded. */
const body = fc.array(
  line.filter((text) => text.startsWith('  ') && !text.startsWith('  service')),
  { maxLength: 4 },
)
const service = fc
  .tuple(fc.constantFrom('a', 'b', 'd', 'e'), body)
  .map(([name, inner]) => [`service "${name}" {`, '  command = "sleep 9"', ...new Set(inner), '}'].join('\n'))
const template = fc
  .tuple(fc.constantFrom('t', 'u'), body)
  .map(([name, inner]) => [`template "${name}" {`, ...new Set(inner), '}'].join('\n'))
const globals =
  'variable "seconds" { default = 5 }\nvariable "base" { default = 3000 }\nlocals {\n  word = "w"\n  ports = [var.base]\n}\nlocals { map = {} }'
const text = fc
  .tuple(fc.constantFrom(globals, globals, ''), fc.array(fc.oneof(service, service, template, line), { maxLength: 6 }))
  .map((parts) => `${parts.flat().join('\n')}\n`)

/** What a person does to a text: lines come, go and move, and words are typed. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), text: line }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('double' as const), at: fc.nat() }),
  fc.record({
    kind: fc.constant('type' as const),
    at: fc.nat(),
    text: fc.constantFrom(' ', '1', 'x', '"', '\r\n', '#'),
  }),
  fc.record({ kind: fc.constant('append' as const), at: fc.nat(), text: service }),
)
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

function changed(before: string, step: Change): string {
  const rows = before.split('\n')
  const at = step.at % rows.length
  if (step.kind === 'insert') return rows.toSpliced(at, 0, step.text).join('\n')
  if (step.kind === 'remove') return rows.toSpliced(at, 1).join('\n')
  if (step.kind === 'double') return [...rows, ...rows.slice(at)].join('\n')
  if (step.kind === 'append') return `${before}\n${step.text}\n`
  const offset = step.at % (before.length + 1)
  return before.slice(0, offset) + step.text + before.slice(offset)
}

const surroundings: readonly Pick<LoadOptions, 'env' | 'variables' | 'flags'>[] = [
  { env: quietEnv },
  { env: { ...quietEnv, B: 'b', HXE_AGENT__LOG_LEVEL: 'warn' } },
  { env: quietEnv, variables: { seconds: '9' } },
]

const plainService = (name: string): string => `service "${name}" {\n  command = "sleep 9"\n}\n`
/** One history of which every step can be loaded: what chance makes seldom is. */
const wholeExample: [string, string, [Change, boolean, number][]] = [
  `${globals}\n${plainService('a')}`,
  plainService('b'),
  [
    [{ kind: 'append', at: 0, text: plainService('d') }, true, 0],
    [{ kind: 'append', at: 0, text: plainService('e') }, false, 1],
  ],
]

test('what is known from earlier loads changes nothing of what a load says', async () => {
  const { path, remove } = makeFolder({ 'text.txt': 'A=1\n' })
  const steps = fc.array(fc.tuple(change, fc.boolean(), fc.nat({ max: surroundings.length - 1 })), { maxLength: 8 })
  let whole = 0
  try {
    await fc.assert(
      fc.asyncProperty(text, text, steps, async (first, second, edits) => {
        const texts: Record<string, string> = {
          [`${path}/a.hcl`]: first,
          [`${path}/b.hcl`]: second,
          [`${path}/more.conf`]: 'service "m" {\n  command = "sleep 1"\n}\n',
        }
        for (const [step, isFirst, index] of edits) {
          const name = `${path}/${isFirst ? 'a' : 'b'}.hcl`
          texts[name] = changed(texts[name] ?? '', step)
          const options = { ...surroundings[index], env: surroundings[index]?.env ?? {}, paths: [path], texts }
          const result = await loadConfiguration(options)
          expect(result).toEqual(await loadAnew(options))
          if (result.configuration !== undefined) whole += 1
        }
      }),
      { numRuns: runs, examples: [wholeExample] },
    )
    expect(whole).toBeGreaterThan(0)
  } finally {
    remove()
  }
}, 3_600_000)

test('a load that takes too much work says the same once more', async () => {
  const many = `[for x in local.l : [for y in local.l : x + y]]`
  const text = `locals {\n  l = [${Array.from({ length: 700 }, (_, at) => at).join(', ')}]\n}\n${[
    'a',
    'b',
    'c',
    'd',
    'e',
  ]
    .map((name) => `service "${name}" {\n  command = "sleep 9"\n  nice = length(${many}) - 700\n}\n`)
    .join('')}`
  const options = { env: quietEnv, paths: ['/nowhere/a.hcl'], texts: { '/nowhere/a.hcl': text } }
  const first = await loadConfiguration(options)
  expect(first.diagnostics.map(({ code }) => code)).toContain('too-much-work')
  expect(await loadConfiguration(options)).toEqual(first)
  expect(await loadAnew(options)).toEqual(first)
}, 300_000)
