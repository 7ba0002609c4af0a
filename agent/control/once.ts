import type { Service } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { type Engine, traceFor } from './engine.ts'
import { defineService } from './files.ts'
import { getService } from './present.ts'
import { transientSpec } from './specs.ts'
import { refuseTooMany } from './tasks.ts'

/** Runs a command once, as a task that no file describes and no later agent knows of. */
export async function runOnce(
  engine: Engine,
  input: { argv: readonly string[]; name?: string; workingDir?: string; environment?: Record<string, string> },
  caller: Caller,
): Promise<Service> {
  refuseTooMany(engine)
  const base = (input.name ?? `run-${(input.argv[0] ?? 'command').split('/').at(-1)}`)
    .replace(/[^\p{L}\p{N}._-]/gu, '-')
    .slice(0, 50)
  let name = base
  for (let count = 2; engine.specs.has(name); count++) name = `${base}-${count}`
  engine.transient.add(name)
  engine.order.push(name)
  defineService(engine, transientSpec(name, input))
  const reason = { code: 'started-by-user', text: `Run by ${caller.author}` }
  engine.lastAuthor.set(name, caller.author)
  engine.supervisor.send(name, { type: 'start', reason, byPerson: true, trace: traceFor(engine, caller) })
  return getService(engine, name)
}
