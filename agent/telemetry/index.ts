export type { Encoder } from './encode.ts'
export { Exporter } from './exporter.ts'
export { figuresOf, piecesOf } from './figures.ts'
export { Operations } from './operations.ts'
export { sendOnce } from './send.ts'
export { type OtlpTarget, type Signal, type SignalCounts, type SpanItem, signals } from './types.ts'

/** The encoding is read when something is to be sent for the first time, and never where nothing is. */
export const loadEncoder = (): Promise<typeof import('./encode.ts')> => import('./encode.ts')
