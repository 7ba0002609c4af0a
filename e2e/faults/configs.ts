import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fault, service, type World } from './harness.ts'
import type { Random } from './random.ts'

const file = (world: World): string => join(world.configDir, 'main.hcl')

/** One change as an editor, a copy that was cut or a slip would make it. */
function mutated(text: string, random: Random): string {
  const at = random.between(0, text.length)
  const other = random.between(at, Math.min(text.length, at + 20))
  const noise = random.pick([
    '{',
    '}',
    '"',
    '\\',
    '${',
    '<<EOT\n',
    '=',
    '\0',
    '[',
    ')',
    '/*',
    '\u202e',
    '99999999999999999999',
  ])
  return random.pick([
    () => text.slice(0, at),
    () => text.slice(0, at) + text.slice(other),
    () => text.slice(0, at) + noise + text.slice(at),
    () => text.slice(0, at) + noise + text.slice(other),
    () => text.slice(0, at) + text.slice(at, other).repeat(5) + text.slice(other),
  ])()
}

const invalid: Fault = {
  id: 60,
  budgetS: 120,
  title: 'files with mistakes of every kind are refused with a place, quickly, and change no pid',
  async run(world) {
    world.configure(
      service('keeps', 'sleep 1000', 'environment = {\n A = "b"\n}', 'restart {\n delay = "1s"\n}'),
      service('beside', 'sleep 1000', 'depends_on = ["keeps"]'),
    )
    const valid = readFileSync(file(world), 'utf8')
    await world.start()
    const { pid } = await world.running('keeps')
    for (const _round of world.rounds(60, 3_000)) {
      const text = mutated(valid, world.random)
      const tookMs = await world.timed(async () => {
        const body = { files: { 'main.hcl': text } }
        const answer = await world.agent.ask('/config/validate', { method: 'POST', body })
        const said = await answer.text()
        assert.ok(answer.status < 500, `${answer.status} ${said} for ${JSON.stringify(text)}`)
      })
      assert.ok(tookMs < world.amount(60_000, 1_000), `it took ${Math.round(tookMs)} ms: ${JSON.stringify(text)}`)
    }
    for (const round of world.rounds(5, 50)) {
      writeFileSync(file(world), `${valid}\nservice "broken" {${'{'.repeat(round)}`)
      await world.agent.ask('/config/reload', { method: 'POST' })
      const status = (await (await world.agent.ask('/config')).json()) as {
        status: string
        diagnostics: { line: number; message: string }[]
      }
      assert.equal(status.status, 'invalid')
      assert.ok((status.diagnostics[0]?.line ?? 0) > 0, 'the mistake has a line')
      assert.equal((await world.agent.service('keeps')).pid, pid, 'a refused configuration changed a pid (I8)')
    }
  },
}

export const configs: readonly Fault[] = [invalid]
