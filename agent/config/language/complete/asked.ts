import type { Completion } from '../../../../contract/index.ts'
import type { AttributeSchema, AttributeType } from '../../schema/index.ts'
import type { Frame } from '../cursor.ts'
import type { OpenFile, Workspace } from '../workspace.ts'

/** What is known of the place that is asked about. */
export interface Asked {
  workspace: Workspace
  file: OpenFile
  offset: number
  frames: readonly Frame[]
  /** The innermost block. */
  frame: Frame
  /** The attribute in whose value the cursor stands, where the schema knows it. */
  schema: AttributeSchema | undefined
  /** What is wanted within the brackets that are open; undefined where anything may stand. */
  type: AttributeType | undefined
}

/** What there is, and where that which it replaces begins, if not with the whole word. */
export interface Found {
  items: Completion[]
  from?: number
}

/** A text that may be put in as it is: what would mark a place to fill is taken apart. */
export function plainInsert(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('$', '\\$').replaceAll('}', '\\}')
}

export function item(kind: Completion['kind'], label: string, rest: Partial<Completion> = {}): Completion {
  return { label, kind, detail: '', help: '', insert: plainInsert(label), ...rest }
}
