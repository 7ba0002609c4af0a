/**
 * Every block and attribute that a configuration may hold, once: validation reads it, and so do completion, hover help,
 * the JSON schema and the reference in docs/. What is marked `later` is checked like the rest and then said to be
 * not active yet.
 */
export { alertSchema } from './alerting.ts'
export { rootSchema } from './root.ts'
export { serviceSchema } from './service.ts'
export type { AttributeSchema, AttributeType, BlockSchema, TextFormat, TextType } from './types.ts'
