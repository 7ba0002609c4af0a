import type { AlertRule, RuleDraft } from '../../contract/index.ts'
import { hclOf, rulesOf, valuesOf } from '../alerts/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import { parseDuration } from '../time.ts'
import { applyConfiguration } from './apply.ts'
import { type Engine, loadOptionsOf } from './engine.ts'
import { targetOf, writeAndLoad } from './write.ts'

/** Writes a rule in place of the one of that name, else at the end of a file, and loads it. */
export async function writeRule(
  engine: Engine,
  rule: RuleDraft & { file?: string },
  caller: Caller,
): Promise<AlertRule> {
  const { file, ...draft } = rule
  if (parseDuration(draft.for) === undefined) {
    const message = `"${draft.for}" is no length of time, such as 2m`
    throw new CoreError('BAD_INPUT', `for: ${message}`, { errors: [{ path: 'for', message }] })
  }
  const hcl = hclOf(draft)
  if (!(await edit(engine, { name: draft.name, values: valuesOf(draft) }, `Rule ${draft.name} changed`, caller))) {
    const target = await targetOf(engine, file ?? 'alerts.hcl')
    const before = target.before ?? ''
    const gap = before === '' ? '' : before.endsWith('\n') ? '\n' : '\n\n'
    await writeAndLoad(engine, target, { text: `${before}${gap}${hcl}`, why: `Rule ${draft.name} added` }, caller)
  }
  return viewOf(engine, draft.name)
}

/** Takes a rule out of the files; a built-in one is then as it was. */
export async function removeRule(engine: Engine, name: string, caller: Caller): Promise<void> {
  if (await edit(engine, { name, values: null }, `Rule ${name} removed`, caller)) return
  if (engine.alerting.rules.some((rule) => rule.name === name)) {
    const text = `"${name}" is built in. To switch it off, write alert "${name}" { enabled = false }.`
    throw new CoreError('CONFLICT', text, { reason: 'built-in' })
  }
  throw new CoreError('NOT_FOUND', `There is no rule "${name}".`, {})
}

/** False where no file has the rule. */
async function edit(
  engine: Engine,
  change: Parameters<Engine['deps']['configWorker']['editAlert']>[0],
  text: string,
  caller: Caller,
): Promise<boolean> {
  const { configWorker } = engine.deps
  const options = () => loadOptionsOf(engine)
  if ((await configWorker.editAlert(change, options())) === undefined) return false
  const attempt = async () => {
    const files = (await configWorker.editAlert(change, options())) ?? []
    const written = Object.fromEntries(files.map(({ path, after }) => [path, after]))
    return { ...(await configWorker.loadConfiguration({ ...options(), texts: written })), written }
  }
  await applyConfiguration(engine, { attempt, timeoutMs: 0, watchMs: 0, kind: 'apply', text }, caller)
  return true
}

/** As it is now in the files. */
function viewOf(engine: Engine, name: string): AlertRule {
  engine.alerting.setRules(rulesNow(engine))
  const found = engine.alerting.ruleViews().find((rule) => rule.name === name)
  if (!found) throw new CoreError('NOT_FOUND', `There is no rule "${name}".`, {})
  return found
}

/** The rules as the files have them, none of which is asked where alerts are switched off. */
export function rulesNow({ configuration }: Engine): ReturnType<typeof rulesOf> {
  const rules = rulesOf(configuration?.alerting.rules ?? new Map())
  const isOn = configuration?.agent.alerts.enabled ?? true
  return isOn ? rules : rules.map((rule) => ({ ...rule, enabled: false }))
}
