import type {
  Completions,
  ConfigFolder,
  ConfigText,
  Formatted,
  Hover,
  LanguageQuery,
  Renamed,
  TextRange,
  TextSymbol,
} from '../../../contract/index.ts'
import { formatFile } from '../format/index.ts'
import type { LoadOptions } from '../load.ts'
import { completionsAt } from './complete/complete.ts'
import { listFiles, readText } from './disk.ts'
import { hoverAt } from './hover.ts'
import { renameName } from './rename.ts'
import { definitionsOf, referencesOf, symbolsOf } from './symbols.ts'
import { openWorkspace } from './workspace.ts'

/** Everything that an editor asks, with what it gets. */
export interface LanguageService {
  files(): Promise<ConfigFolder>
  /** Undefined for what is no file of the list. */
  read(name: string): Promise<ConfigText | undefined>
  symbols(unsaved: LanguageQuery['unsaved']): Promise<TextSymbol[]>
  complete(query: LanguageQuery): Promise<Completions>
  hover(query: LanguageQuery): Promise<Hover | null>
  definition(query: LanguageQuery): Promise<TextRange[]>
  references(query: LanguageQuery): Promise<TextRange[]>
  rename(query: LanguageQuery & { to: string }): Promise<Renamed>
  format(name: string, text: string): Promise<Formatted>
}

/** Answers from the files and texts as they are at this moment; nothing is kept but trees of texts. */
export function languageService(options: LoadOptions): LanguageService {
  const open = ({ unsaved, at }: LanguageQuery) => openWorkspace(unsaved, options, at.file)
  return {
    files: () => listFiles(options),
    read: (name) => readText(name, options),
    symbols: async (unsaved) => symbolsOf(await openWorkspace(unsaved, options)),
    complete: async (query) => completionsAt(await open(query), query.at),
    hover: async (query) => hoverAt(await open(query), query.at),
    definition: async (query) => definitionsOf(await open(query), query.at),
    references: async (query) => referencesOf(await open(query), query.at),
    rename: async (query) => renameName(await open(query), query, options),
    format: (name, text) => formatted(name, text),
  }
}

async function formatted(name: string, text: string): Promise<Formatted> {
  const result = await formatFile(name, text)
  if ('text' in result) return result.text === text ? {} : { text: result.text }
  const problem = result.diagnostics.find(({ severity }) => severity === 'error')
  return problem ? { problem } : {}
}
