import type { ConfigItem, ConfigPlace } from '../config/index.ts'
import { safeLine } from './safe.ts'
import { type Column, drawTable } from './table.ts'
import type { Terminal } from './terminal.ts'

export interface SettingsLook {
  /** Left away where a path begins with it. */
  prefix?: string
  /** Whether to say where each value comes from (true). */
  origins?: boolean
}

/** Settings with their values and origins; defaults, which nobody wrote, are dim. */
export async function drawSettings(
  items: readonly ConfigItem[],
  { columns, paint }: Terminal,
  { prefix = '', origins = true }: SettingsLook = {},
): Promise<string[]> {
  const tone = ({ origin }: ConfigItem): ((text: string) => string) => (origin === 'default' ? paint.dim : String)
  const table: Column<ConfigItem>[] = [
    {
      title: 'SETTING',
      cell: (item) => ({ text: safeLine(withoutPrefix(item.path, prefix)), paint: tone(item) }),
      shrinkTo: 16,
    },
    { title: 'VALUE', cell: (item) => ({ text: valueText(item), paint: tone(item) }), shrinkTo: 20 },
  ]
  if (origins)
    table.push({ title: 'FROM', cell: (item) => ({ text: originText(item), paint: paint.dim }), dropOrder: 0 })
  return drawTable(items, table, { columns, head: paint.dim })
}

const withoutPrefix = (path: string, prefix: string): string =>
  prefix !== '' && path.startsWith(prefix) ? path.slice(prefix.length) : path

function valueText({ value }: ConfigItem): string {
  return safeLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
}

function originText({ overrides = [], ...place }: ConfigItem): string {
  return [place, ...overrides].map(placeText).join(', over ')
}

function placeText({ origin, file, line, column }: ConfigPlace): string {
  if (file === undefined) return safeLine(origin)
  return safeLine(`${file}:${line ?? 1}:${column ?? 1}`)
}
