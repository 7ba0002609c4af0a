import type { ServiceSpec } from '../config/index.ts'
import { currentEnv } from '../os/index.ts'
import { type Engine, markChanged } from './engine.ts'
import { instancesOf, supervised } from './specs.ts'
import { isEnabled } from './wanted.ts'

/** Reads the files. Where they have errors that is said, and what there was stays as it is. */
export async function loadFiles(engine: Engine): Promise<void> {
  const { configWorker, loadOptions, clock } = engine.deps
  const { configuration, diagnostics, files } = await configWorker.loadConfiguration({
    ...loadOptions,
    env: currentEnv(),
  })
  if (!configuration) {
    engine.status = { ...engine.status, status: 'invalid', files, diagnostics }
    engine.hub.partChanged('config')
    const first = diagnostics.find(({ severity }) => severity === 'error')
    const text = first
      ? `${first.file}:${first.line}:${first.column}: ${first.message}`
      : 'The configuration has errors'
    engine.deps.log.error({ errors: diagnostics.length }, `configuration not loaded: ${text}`)
    engine.eventLog.append({ kind: 'config.invalid', severity: 'warning', text, author: 'agent' })
    return
  }
  engine.configuration = configuration
  const revision = engine.status.revision + 1
  const appliedAt = new Date(clock.nowMs()).toISOString()
  engine.status = { status: 'applied', files, diagnostics, appliedAt, revision }
  engine.hub.partChanged('config')
  for (const spec of configuration.services.values()) defineService(engine, spec)
  engine.order = [...configuration.services.keys(), ...engine.transient]
  engine.deps.logs.configure(new Map([...engine.specs].map(([name, spec]) => [name, spec.logs])))
}

/** Tells everyone who judges or shows a service how the files have it now. */
export function defineService(engine: Engine, spec: ServiceSpec): void {
  engine.specs.set(spec.name, spec)
  for (const { instance } of instancesOf(spec)) engine.leaving.delete(instance)
  engine.supervisor.define(supervised(spec, isEnabled(engine, spec)))
  for (const unit of engine.supervisor.instancesOf(spec.name)) markChanged(engine, unit.instance)
}
