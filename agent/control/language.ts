import { type Core, CoreError } from '../core.ts'
import { type Engine, loadOptionsOf } from './engine.ts'

/** What an editor asks, answered by the worker that reads configurations. */
export function openLanguage(engine: Engine): Core['language'] {
  const service = () => engine.deps.configWorker.language(loadOptionsOf(engine))
  return {
    files: () => service().files(),
    read: async (name) => {
      const text = await service().read(name)
      if (text !== undefined) return text
      throw new CoreError('NOT_FOUND', `There is no file "${name}" in the configuration.`)
    },
    complete: (query) => service().complete(query),
    hover: (query) => service().hover(query),
    definition: (query) => service().definition(query),
    references: (query) => service().references(query),
    rename: (query) => service().rename(query),
    format: (name, text) => service().format(name, text),
    symbols: (unsaved) => service().symbols(unsaved),
  }
}
