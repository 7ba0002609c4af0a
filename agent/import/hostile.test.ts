import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { loadConfiguration, resolveService } from '../config/index.ts'
import { findCandidates } from './find.ts'
import { cronOf } from './formats/calendar.ts'
import { writeService } from './hcl.ts'
import { kindOf } from './kinds.ts'
import { previewImport } from './preview.ts'
import { runForExports } from './run.ts'
import { readYaml } from './yaml.ts'

const folder = mkdtempSync(join(tmpdir(), 'hxe-hostile-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a hostile YAML file', () => {
  for (const [what, text] of [
    ['brackets 100,000 deep', '['.repeat(100_000)],
    ['sequences 100,000 deep', '- '.repeat(100_000)],
    ['a tag of its own', 'a: !!js/function "() => 1"'],
    ['a key twice', 'a: 1\na: 2'],
    ['more values than a project has', `a: [${'1,'.repeat(150_000)}1]`],
  ] as const) {
    it(`is refused with a sentence: ${what}`, () => {
      expect(() => readYaml(text)).toThrow(expect.objectContaining({ name: 'ImportError' }))
    })
  }

  it('gives maps in which __proto__ is a name like any other', () => {
    const { value } = readYaml('__proto__: { polluted: 1 }')
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})

describe('looking into a folder', () => {
  it('follows no link out of it, and skips what others wrote', () => {
    const inside = join(folder, 'inside')
    mkdirSync(join(inside, 'node_modules', 'x'), { recursive: true })
    writeFileSync(join(folder, 'Procfile'), 'secret: cat /etc/shadow\n')
    writeFileSync(join(inside, 'node_modules', 'x', 'Procfile'), 'web: node x\n')
    symlinkSync(join(folder, 'Procfile'), join(inside, 'Procfile'))
    symlinkSync(folder, join(inside, 'up'))
    writeFileSync(
      join(inside, 'compose.yaml'),
      'services:\n  a: { build: ., extends: { file: ../Procfile, service: secret } }\n',
    )
    const { candidates } = findCandidates(inside)
    expect(candidates.map(({ file, services, problem }) => [file, services, problem])).toEqual([
      ['Procfile', [], 'It leads out of the chosen folder, so it is not read.'],
      ['compose.yaml', [], '"a" extends ../Procfile, which is not in the chosen folder.'],
    ])
    expect(previewImport({ folder: inside, files: [{ file: '../Procfile' }], taken: [] }).services).toEqual([])
  })

  it('says what is wrong with a folder that is not there', () => {
    expect(() => findCandidates(join(folder, 'none'))).toThrow(/cannot be read: it is not there/)
  })
})

describe('PM2 files of code', () => {
  it('run only on request, without the secrets of this environment', async () => {
    writeFileSync(
      join(folder, 'ecosystem.config.cjs'),
      'module.exports = { apps: [{ name: "a", script: String(process.env.HXE_CANARY) + ".js" }] }',
    )
    const read = previewImport({ folder, files: [{ file: 'ecosystem.config.cjs' }], taken: [] })
    expect(read).toMatchObject({ services: [], code: ['ecosystem.config.cjs'] })
    const value = await runForExports(folder, 'ecosystem.config.cjs', { ...process.env, HXE_CANARY: 'secret' })
    const ran = previewImport({
      folder,
      files: [{ file: 'ecosystem.config.cjs' }],
      taken: [],
      exported: { 'ecosystem.config.cjs': value },
    })
    expect(ran.services).toMatchObject([{ name: 'a', command: 'node undefined.js' }])
  })

  it('say what failed when they throw', async () => {
    writeFileSync(join(folder, 'pm2.config.cjs'), 'throw new Error("no luck")')
    await expect(runForExports(folder, 'pm2.config.cjs', process.env)).rejects.toThrow(/no luck/)
  })
})

describe('what is written', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !/[\0\p{Cs}]/u.test(text))
  const tricky = fc.oneof(
    word,
    fc.constantFrom('env:HOME', '${HOME}', '%{if}', '$', '"', '\\', 'file:/etc/x', '$${x}', "it's"),
  )

  it('loads, with the command and the environment that were meant', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(tricky, { minLength: 1, maxLength: 4 }),
        fc.array(tricky, { maxLength: 3 }),
        async (args, values) => {
          const environment = Object.fromEntries(values.map((value, index) => [`V${index}`, value]))
          const file = join(folder, 'written.hcl')
          const text = writeService('a', { command: 'printf', args, ...(values.length > 0 ? { environment } : {}) })
          const { configuration } = await loadConfiguration({ paths: [file], texts: { [file]: text }, env: {} })
          const spec = configuration?.services.get('a')
          if (spec === undefined) throw new Error(text)
          const resolution = resolveService(spec, { env: {}, replica: 0, readFile: () => '' })
          if (!('resolved' in resolution)) throw new Error(JSON.stringify(resolution))
          expect(resolution.resolved.command.argv).toEqual(['printf', ...args])
          expect({ ...resolution.resolved.environment }).toEqual(environment)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('is what a compose file says, whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(tricky, { minLength: 1, maxLength: 4 }),
        fc.dictionary(word, tricky, { maxKeys: 3 }),
        async (args, environment) => {
          const dollars = (text: string): string => text.replaceAll('$', '$$$$')
          const data = {
            services: {
              a: {
                build: '.',
                command: ['printf', ...args.map(dollars)],
                environment: Object.fromEntries(
                  Object.entries(environment).map(([name, value]) => [name, dollars(value)]),
                ),
              },
            },
          }
          writeFileSync(join(folder, 'compose.yaml'), stringify(data))
          const file = join(folder, 'written.hcl')
          const { hcl } = previewImport({ folder, files: [{ file: 'compose.yaml' }], taken: [] })
          const { configuration, diagnostics } = await loadConfiguration({
            paths: [file],
            texts: { [file]: hcl },
            env: {},
          })
          const spec = configuration?.services.get('a')
          if (spec === undefined) throw new Error(JSON.stringify([hcl, diagnostics]))
          const resolution = resolveService(spec, { env: {}, replica: 0, readFile: () => '' })
          expect('resolved' in resolution && resolution.resolved.command.argv).toEqual(['printf', ...args])
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('names and times', () => {
  it('are told by the name of a file', () => {
    const names = [
      'compose.yml',
      'docker-compose.override.yaml',
      'process-compose.yaml',
      'ecosystem.config.js',
      'pm2.json',
      'Procfile.dev',
      'a.service',
      'tsconfig.json',
    ]
    expect(names.map(kindOf)).toEqual([
      'compose',
      'compose',
      'process-compose',
      'pm2',
      'pm2',
      'procfile',
      'systemd',
      undefined,
    ])
  })

  it('of a timer become cron where cron can say them', () => {
    const cases = {
      daily: '0 0 * * *',
      '*-*-* 03:30:00': '30 3 * * *',
      'Mon..Fri 09:00': '0 9 * * MON-FRI',
      '*:0/15': '*/15 * * * *',
      '*-*-01 00:00': '0 0 1 * *',
      'Mon *-*-1..7 10:00': undefined,
      '2026-01-01': undefined,
      '*:*:30': undefined,
    }
    for (const [text, cron] of Object.entries(cases)) expect([text, cronOf(text)]).toEqual([text, cron])
  })
})
