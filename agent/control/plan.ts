import type { ConfigFiles, ConfigPlan, PlannedAction } from '../../contract/index.ts'
import type { Configuration, TrialResult } from '../config/index.ts'
import { CoreError } from '../core.ts'
import { planChanges } from '../plan/index.ts'
import { type Engine, loadOptionsOf } from './engine.ts'
import { instancesOf } from './specs.ts'
import { isEnabled, wantedBy } from './wanted.ts'

/** What texts would come to, and where each of them belongs. */
export type Trial = Pick<TrialResult, 'configuration' | 'diagnostics' | 'written'>

/** What these files, or without any what is on disk, would do; nothing is changed. */
export async function planConfiguration(engine: Engine, files: ConfigFiles | undefined): Promise<ConfigPlan> {
  const { configWorker } = engine.deps
  const options = loadOptionsOf(engine)
  const { configuration, diagnostics } = await configWorker.tryTexts(files ?? {}, options, engine.configuration)
  return { actions: configuration ? actionsOf(engine, configuration) : [], diagnostics }
}

/** Loads files as if they stood in the configuration folder. */
export function tryFiles(engine: Engine, files: ConfigFiles | undefined): Promise<Trial> {
  return engine.deps.configWorker.loadTexts(files ?? {}, loadOptionsOf(engine))
}

/** @throws CONFIG_INVALID with everything that is wrong */
export function refuseInvalid<T>(configuration: T | undefined, diagnostics: ConfigPlan['diagnostics']): T {
  if (configuration !== undefined) return configuration
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  throw new CoreError('CONFIG_INVALID', 'The configuration has errors; what runs is not touched', { errors })
}

/** What a configuration would do to what there is now. */
export function actionsOf(engine: Engine, after: Configuration): PlannedAction[] {
  const units = [...engine.supervisor.units()].filter(
    ({ service, instance }) => !engine.transient.has(service) && !engine.leaving.has(instance),
  )
  return planChanges({
    before: engine.configuration,
    after,
    units,
    instancesOf,
    isEnabled: (spec) => isEnabled(engine, spec),
    isWanted: (instance, spec) => wantedBy(engine, instance, spec),
  })
}
