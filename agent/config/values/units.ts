/** Amounts as people write them. Each answers `undefined` for what it cannot read. */
import { bytesByUnit } from '../../size.ts'
import { parseDuration } from '../../time.ts'

const bytesOf: Readonly<Record<string, number>> = { ...bytesByUnit, '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12 }

/** `"1h30m"` in milliseconds. A minus is read, so that it can be refused as what it is. */
export function parseSpan(text: string): number | undefined {
  const written = text.trim()
  const isMinus = written.startsWith('-')
  const spanMs = parseDuration(isMinus ? written.slice(1) : written)
  return isMinus && spanMs !== undefined ? -spanMs : spanMs
}

/** `"512Mi"`, `"1Gi"`, `"100MB"`, in bytes. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim())
  const unit = match?.[2] ?? ''
  const factor = Object.hasOwn(bytesOf, unit) ? bytesOf[unit] : undefined
  return match === null || factor === undefined ? undefined : Math.round(Number(match[1]) * factor)
}

/** `"1000m"` or `"1.5"`, in cores. */
export function parseCpu(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(text.trim())
  return match === null ? undefined : Number(match[1]) / (match[2] === 'm' ? 1000 : 1)
}

/** `"022"`, `"0o22"`: octal digits up to 0777. */
export function parseUmask(text: string): number | undefined {
  const match = /^(?:0o)?([0-7]{1,4})$/.exec(text)
  const value = match === null ? Number.NaN : Number.parseInt(match[1] ?? '', 8)
  return value <= 0o777 ? value : undefined
}
