/** Amounts as people write them. Each answers `undefined` for what it cannot read. */

const millisecondsOf: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const bytesOf: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** `"500ms"`, `"30s"`, `"1h30m"`, `"7d"`, in milliseconds. A minus is read, so that it can be refused as what it is. */
export function parseDuration(text: string): number | undefined {
  const match = /^(-?)((?:\d+(?:\.\d+)?(?:ms|[smhdw]))+)$/.exec(text.trim())
  if (match === null) return undefined
  let sum = 0
  for (const [, amount, unit] of (match[2] ?? '').matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) {
    sum += Number(amount) * (millisecondsOf[unit ?? ''] ?? 0)
  }
  return match[1] === '-' ? -sum : sum
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
