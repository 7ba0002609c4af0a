export { nameMigration } from './names.ts'
export { openSeries, type SeriesTable } from './series.ts'
export type * from './types.ts'
