import { cut, type Measure, measureFor } from './width.ts'

export interface Cell {
  text: string
  /** Colours the text after it has been measured and cut. */
  paint?: ((text: string) => string) | undefined
}

export interface Column<Row> {
  title: string
  cell: (row: Row) => Cell | string
  align?: 'right'
  /** May be cut down to so many cells before columns are left out, and to `least` when none is left to leave out. */
  shrinkTo?: number
  least?: number
  /** Left out when there is too little room, the highest number first. */
  dropOrder?: number
}

const gap = 2

export interface TableOptions {
  /** Cells in a row; Infinity cuts nothing. */
  columns: number
  /** How the titles look. */
  head: (text: string) => string
}

interface MeasuredCell extends Cell {
  width: number
}

interface Laid {
  title: string
  cells: MeasuredCell[]
  align: 'right' | undefined
  width: number
  shrinkTo: number | undefined
  least: number | undefined
  dropOrder: number | undefined
}

/** Rows in columns without lines around them. A column in which every cell is empty is left out. */
export async function drawTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: TableOptions,
): Promise<string[]> {
  const cells = columns.map(({ cell }) => rows.map((row) => asCell(cell(row))))
  const measure = await measureFor(cells.flat().map(({ text }) => text))
  const laid = columns.map((column, index) => lay(column, cells[index] ?? [], measure))
  const fitted = squeeze(
    laid.filter((column) => column.cells.some(({ text }) => text !== '')),
    options.columns,
  )
  const title = ({ title: text }: Laid): MeasuredCell => ({ text, paint: options.head, width: measure(text) })
  const head = row(fitted, title, measure)
  return [head, ...rows.map((_, at) => row(fitted, (column) => column.cells[at], measure))]
}

const asCell = (cell: Cell | string): Cell => (typeof cell === 'string' ? { text: cell } : cell)

function lay<Row>(column: Column<Row>, cells: Cell[], measure: Measure): Laid {
  const { title, align, shrinkTo, least = shrinkTo, dropOrder } = column
  const measured = cells.map((cell) => ({ ...cell, width: measure(cell.text) }))
  const width = measured.reduce((most, cell) => Math.max(most, cell.width), measure(title))
  return { title, cells: measured, align, width, shrinkTo, least, dropOrder }
}

const totalOf = (columns: readonly Laid[]): number =>
  columns.reduce((sum, { width }) => sum + width, 0) + gap * Math.max(0, columns.length - 1)

/** Shrinks the widest that may shrink, then leaves out columns, then shrinks further, until a row fits. */
function squeeze(columns: readonly Laid[], room: number): Laid[] {
  const shrunk = shrink(columns, 'shrinkTo', room)
  if (totalOf(shrunk) <= room) return shrunk
  const droppable = columns.filter(({ dropOrder }) => dropOrder !== undefined)
  if (droppable.length === 0) return shrink(shrunk, 'least', room)
  const worst = droppable.reduce((a, b) => ((b.dropOrder ?? 0) > (a.dropOrder ?? 0) ? b : a))
  return squeeze(
    columns.filter((column) => column !== worst),
    room,
  )
}

function shrink(columns: readonly Laid[], limit: 'shrinkTo' | 'least', room: number): Laid[] {
  let over = totalOf(columns) - room
  const order = [...columns].sort((a, b) => b.width - a.width)
  const widths = new Map<Laid, number>()
  for (const column of order) {
    const { [limit]: narrowest } = column
    if (over <= 0 || narrowest === undefined) continue
    const give = Math.min(over, Math.max(0, column.width - narrowest))
    widths.set(column, column.width - give)
    over -= give
  }
  return columns.map((column) => ({ ...column, width: widths.get(column) ?? column.width }))
}

function row(columns: readonly Laid[], cellOf: (column: Laid) => MeasuredCell | undefined, measure: Measure): string {
  const parts = columns.map((column, at) => {
    const cell = cellOf(column)
    if (!cell) return ''
    const isWhole = cell.width <= column.width
    const shown = isWhole ? cell.text : cut(cell.text, column.width, measure)
    const space = ' '.repeat(Math.max(0, column.width - (isWhole ? cell.width : measure(shown))))
    const painted = cell.paint && shown !== '' ? cell.paint(shown) : shown
    if (column.align === 'right') return space + painted
    return at === columns.length - 1 ? painted : painted + space
  })
  return parts.join(' '.repeat(gap)).trimEnd()
}
