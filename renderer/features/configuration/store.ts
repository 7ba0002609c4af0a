import { create } from 'zustand'
import type { ConfigFile, Diagnostic, PlannedAction, TextRange } from '../../../contract/index.ts'
import type { Open } from './state.ts'

export type Mode = 'edit' | 'plan' | 'history'

/** What the agent said of the edits when it was asked last. */
export interface Check {
  problems: readonly Diagnostic[]
  /** What the change would do; null where it cannot be told. */
  actions: readonly PlannedAction[] | null
  atMs: number | null
  /** Why the agent gave no answer. */
  failed: string | null
}

/** What a file says on disk that was changed there while it is edited here. */
export interface Conflict {
  text: string | null
  hash: string | null
}

interface ConfigurationState extends Open {
  /** The folder that names are relative to; null until the agent has told. */
  folder: string | null
  files: readonly ConfigFile[]
  /** Why the files cannot be shown. */
  refusal: string | null
  mode: Mode
  check: Check
  conflicts: Readonly<Record<string, Conflict>>
  cursor: { line: number; column: number }
  /** Where a name is used, when a person has asked. */
  found: { title: string; items: readonly TextRange[] } | null
  /** What is under way and keeps the buttons from being pressed again. */
  busy: string | null
}

export const useConfiguration = create<ConfigurationState>()(() => ({
  folder: null,
  files: [],
  refusal: null,
  tabs: [],
  current: null,
  mode: 'edit',
  check: { problems: [], actions: null, atMs: null, failed: null },
  conflicts: {},
  cursor: { line: 1, column: 1 },
  found: null,
  busy: null,
}))

export const now = useConfiguration.getState
export const set = useConfiguration.setState
