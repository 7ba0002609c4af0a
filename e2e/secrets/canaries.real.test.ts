import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAgent, type TestAgent } from '../agent.ts'
import { CommandLine } from '../cli/command.ts'
import { endAllOf } from '../leftovers.ts'
import { foundBelow, foundInCommandLines, kindsIn, makeCanaries } from './canaries.ts'

/** Generous: a loaded machine is no leak. */
const patienceMs = 60_000

const canaries = makeCanaries(
  'variable given from outside',
  'default of a sensitive variable',
  'environment variable',
  'literal of a secret name',
  'password in an address',
  'file of a service',
  'file of the configuration',
  'environment of a run',
)

const place = realpathSync(mkdtempSync(join(tmpdir(), 'hxe-secrets-')))
const dataDir = join(place, 'data')
const config = join(place, 'config')
const settings = { config, mode: 'test' as const }

/** Everything that an agent answers, by what was asked. */
const answers: [asked: string, text: string][] = []
let agent: TestAgent
let stderr: readonly string[] = []

const commandLine = new CommandLine({
  HOME: place,
  HXE_DATA_DIR: dataDir,
  HXE_VAR_db_password: canaries['variable given from outside'],
  CANARY_VARIABLE: canaries['environment variable'],
  HXE_AGENT__LOG_LEVEL: 'trace',
})

const hcl = (more = ''): string => `variable "db_password" {
  sensitive = true
}
variable "smtp_password" {
  sensitive = true
  default   = "${canaries['default of a sensitive variable']}"
}
locals {
  mail = "smtp:\${var.smtp_password}"
}
service "web" {
  command = "sleep 1000"
  environment = {
    DB           = var.db_password
    MAIL         = local.mail
    API_PASSWORD = "env:CANARY_VARIABLE"
    API_TOKEN    = "${canaries['literal of a secret name']}", LATE = "env:NOT_SET_ANYWHERE_ELSE"
    DATABASE_URL = "postgres://anna:${canaries['password in an address']}@localhost/db"
    SIGNING_KEY  = "file:key.txt"
    OTHER_SECRET = file("other.txt")
  }
  ${more}
}
service "fails" {
  command = "sh -c 'exit 3'"
  environment = {
    API_SECRET = "${canaries['literal of a secret name']}"
  }
  restart {
    policy = "never"
  }
}
service "not-there" {
  command = "no-such-program-at-all"
  environment = {
    DB_PASSWORD = var.db_password
  }
}
`

beforeAll(async () => {
  mkdirSync(config, { recursive: true })
  writeFileSync(join(config, 'key.txt'), canaries['file of a service'])
  writeFileSync(join(config, 'other.txt'), canaries['file of the configuration'])
  writeFileSync(join(config, 'main.hcl'), hcl())
  agent = await startAgent(dataDir, { ...commandLine.env, NOT_SET_ANYWHERE_ELSE: 'x' }, settings)
  stderr = agent.log
})
afterAll(async () => {
  await endAllOf(place)
  rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

/** Asks for what says something of files and has their texts beside it, which those who edit are to see. */
async function askForTexts(method: string, path: string, body: unknown): Promise<void> {
  const text = await ask(method, path, body)
  answers.pop()
  const rest = JSON.parse(text, (name, value) => (['sources', 'files'].includes(name) ? undefined : value))
  answers.push([`${method} ${path}`, JSON.stringify(rest)])
}

async function ask(method: string, path: string, body?: unknown): Promise<string> {
  const answer = await agent.ask(path, { method, ...(body === undefined ? {} : { body }), timeoutMs: patienceMs })
  const text = await (answer.headers.get('content-type')?.startsWith('text/event-stream')
    ? firstOf(answer)
    : answer.text())
  answers.push([`${method} ${path} ${answer.status}`, text])
  return text
}

/** What a stream says at once; what comes later is events, which are asked for by themselves. */
async function firstOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader()
  const chunk = await reader?.read()
  await reader?.cancel()
  return Buffer.from(chunk?.value ?? []).toString('utf8')
}

/** Addresses of everything that can be looked at, from the description that the agent gives of itself. */
async function everyAddress(): Promise<string[]> {
  const authorization = `Bearer ${readFileSync(join(dataDir, 'token'), 'utf8').trim()}`
  const answer = await fetch(`${agent.url}/openapi.json`, { headers: { authorization, connection: 'close' } })
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, unknown>> }
  return Object.keys(paths).filter((path) => paths[path]?.get !== undefined)
}

async function useEverything(): Promise<void> {
  await agent.until('web', ({ state }) => state === 'running', patienceMs)
  await agent.until('fails', ({ state }) => state === 'failed', patienceMs)
  const edited = { 'main.hcl': hcl('nice = 1') }
  const wrong = { 'main.hcl': hcl(`stop {\n    timeout = var.db_password\n  }`) }
  await ask('POST', '/config/plan', { files: edited })
  await ask('POST', '/config/apply', { files: edited })
  await ask('POST', '/config/apply', { files: wrong })
  // The mistake is on the line of a secret.
  writeFileSync(join(config, 'main.hcl'), hcl().replace(', LATE', ' LATE'))
  await ask('POST', '/config/reload')
  for (const path of ['/config', '/state', '/events']) await ask('GET', path)
  writeFileSync(join(config, 'main.hcl'), hcl('nice = 1'))
  await ask('POST', '/config/reload')
  await askForTexts('PATCH', '/services/web?dryRun=true', { description: 'changed' })
  await ask('POST', '/config/rollback', { revision: 1 })
  const lines = hcl().split('\n')
  for (const word of ['var.db', 'local.mail', 'env:CANARY', 'API_TOKEN', 'SIGNING', 'OTHER_SECRET']) {
    const line = lines.findIndex((text) => text.includes(word)) + 1
    const column = (lines[line - 1] ?? '').indexOf(word) + 2
    const query = { unsaved: {}, at: { file: 'main.hcl', line, column } }
    for (const what of ['hover', 'complete', 'definition', 'references']) await ask('POST', `/config/${what}`, query)
  }
  await ask('POST', '/config/symbols', { unsaved: {} })
  await askForTexts('POST', '/services/web/form', {})
  const environment = { RUN_PASSWORD: canaries['environment of a run'] }
  await ask('POST', '/runs', { name: 'once', argv: ['sleep', '1000'], environment })
  await agent.until('once', ({ state }) => state === 'running', patienceMs)
  await ask('POST', '/services/web/exec', { name: 'web', argv: ['true'] })
  for (const verb of ['stop', 'start', 'disable', 'enable', 'restart']) await ask('POST', `/services/web/${verb}`)
  await agent.until('web', ({ state }) => state === 'running', patienceMs)
}

/** Answers that are meant to hold the texts of files: an editor shows them, to those who may edit. */
const meantTo = ['/config/history/{revision}']

async function lookAtEverything(): Promise<void> {
  for (const path of await everyAddress()) {
    if (meantTo.includes(path.replace(/^\/api\/v1/, ''))) continue
    for (const name of ['web', 'fails', 'not-there', 'once'])
      await ask('GET', path.replace(/^\/api\/v1/, '').replace('{name}', name))
  }
}

test.runIf(process.platform === 'linux')(
  'secrets are in no answer, log, argument or file but where they belong',
  async () => {
    await useEverything()
    await lookAtEverything()
    // The child that they are meant for has them.
    const { pid } = await agent.service('web')
    expect(kindsIn(canaries, readFileSync(`/proc/${pid}/environ`))).toEqual(
      expect.arrayContaining(Object.keys(canaries).filter((kind) => kind !== 'environment of a run')),
    )
    const commands = foundInCommandLines(canaries)
    for (const words of [
      ['config', 'show', '--json'],
      ['config', 'show', '--origins'],
      ['config', 'plan'],
      ['config', 'history'],
      ['config', 'validate', config],
      ['describe', 'web'],
      ['why', 'not-there'],
      ['list', '--json'],
      ['events'],
      ['status'],
    ]) {
      // The command's environment lacks what one of the values refers to, which it warns of on the line of a secret.
      const { stdout, stderr: said } = await commandLine.run(...words)
      answers.push([`hxe ${words.join(' ')}`, stdout + said])
    }
    const running = foundBelow(dataDir, canaries)
    agent.process.kill('SIGKILL')
    agent = await startAgent(dataDir, { ...commandLine.env, NOT_SET_ANYWHERE_ELSE: 'x' }, settings)
    await agent.until('web', ({ state }) => state === 'running', patienceMs)
    await lookAtEverything()
    const token = readFileSync(join(dataDir, 'token'), 'utf8').trim()
    await agent.stop()
    const all = { ...canaries, 'token of the agent': token }
    expect({
      commands,
      answers: [...new Set(answers.flatMap(([asked, text]) => kindsIn(all, text).map((kind) => `${asked}: ${kind}`)))],
      stderr: kindsIn(all, [...stderr, ...agent.log].join('\n')),
      running,
      // The token lies in its file, for whoever may be the agent's user.
      ended: foundBelow(dataDir, all).filter((found) => found !== 'token: token of the agent'),
    }).toEqual({ commands: [], answers: [], stderr: [], running: [], ended: [] })
  },
  300_000,
)
