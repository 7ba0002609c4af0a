import type { FixAction } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import { correlated } from '../trace.ts'
import { act } from './commands.ts'
import type { Engine } from './engine.ts'
import { rewrite } from './rewrite.ts'

/** Carries out what an explanation offered. */
export async function applyFix(
  engine: Engine,
  action: FixAction,
  caller: Caller,
): Promise<{ done: boolean; text: string }> {
  switch (action.kind) {
    case 'service':
      await act(engine, action.service, action.verb, caller)
      return { done: true, text: `${action.service}: ${action.verb} begun` }
    case 'end-process':
      return endProcess(engine, action, caller)
    case 'set-attribute':
      return setAttribute(engine, action, caller)
    default:
      return { done: false, text: 'This is for you to do' }
  }
}

async function endProcess(
  engine: Engine,
  action: Extract<FixAction, { kind: 'end-process' }>,
  caller: Caller,
): Promise<{ done: boolean; text: string }> {
  const { platform, clock } = engine.deps
  const identity = { bootId: platform.bootId, pid: action.pid, startTime: action.startTime }
  const gone = async (untilMs: number): Promise<boolean> => {
    while (platform.check(identity) === 'match') {
      if (clock.monotonicMs() > untilMs) return false
      await new Promise<void>((resolve) => clock.after(50, resolve))
    }
    return true
  }
  if (platform.signal(identity, 'SIGTERM') === 'denied')
    return { done: false, text: `Process ${action.pid} belongs to another user` }
  if (!(await gone(clock.monotonicMs() + 5_000))) platform.signal(identity, 'SIGKILL')
  if (!(await gone(clock.monotonicMs() + 2_000))) return { done: false, text: `Process ${action.pid} does not end` }
  engine.eventLog.append({
    kind: 'process.ended',
    severity: 'info',
    text: `Process ${action.pid} was ended`,
    author: caller.author,
    ...correlated(caller.trace),
  })
  if (action.thenStart) await act(engine, action.thenStart, 'start', caller)
  return { done: true, text: `Process ${action.pid} has ended` }
}

/** Changes one value where it is written, byte for byte the same elsewhere, and loads the files again. */
async function setAttribute(
  engine: Engine,
  action: Extract<FixAction, { kind: 'set-attribute' }>,
  caller: Caller,
): Promise<{ done: boolean; text: string }> {
  const spec = engine.specs.get(action.service.split('#')[0] ?? action.service)
  if (!spec) throw new CoreError('NOT_FOUND', `There is no service "${action.service}"`)
  const index = spec.ports.findIndex(({ port }) => port === action.replaces)
  const path = action.attribute === 'ports' ? ['ports', String(Math.max(0, index))] : action.attribute.split('.')
  const why = `${spec.name}: ${action.attribute} is now ${action.value}`
  const changes = [{ path, value: action.value }]
  try {
    const request = { kind: 'change', service: spec.name, changes, override: false } as const
    const { change } = await rewrite(engine, request, {}, why, caller)
    await act(engine, spec.name, 'start', caller)
    const where = change.files.map((changed) => changed.file).join(', ')
    return { done: true, text: `${action.attribute} is now ${action.value} in ${where}` }
  } catch (error) {
    if (error instanceof CoreError && error.code === 'NOT_PLAIN') return { done: false, text: error.message }
    throw error
  }
}
