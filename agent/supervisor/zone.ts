/** Times of a wall clock are counted here in milliseconds as if its zone were UTC. */

const dayMs = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** What a wall clock shows at an instant. */
export const wallClockOf = (instantMs: number, zone: string | undefined): number =>
  instantMs + offsetMs(instantMs, zone)

/** The instant at which a wall clock shows a time: the first of two, and where it shows it never, the one it skips at. */
export function instantOf(wallMs: number, zone: string | undefined): number {
  // No zone changes its clocks twice within two days.
  const before = offsetMs(wallMs - dayMs, zone)
  const after = offsetMs(wallMs + dayMs, zone)
  for (const offset of [before, after]) if (offsetMs(wallMs - offset, zone) === offset) return wallMs - offset
  let early = wallMs - after
  let late = wallMs - before
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2)
    if (offsetMs(middle, zone) === before) early = middle
    else late = middle
  }
  return late
}

function offsetMs(instantMs: number, zone: string | undefined): number {
  if (zone === undefined) return -new Date(instantMs).getTimezoneOffset() * 60_000
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instantMs)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const of = (part: Intl.DateTimeFormatPartTypes): number => parts.get(part) ?? 0
  const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
  return shown - Math.floor(instantMs / 1000) * 1000
}

/** Making one takes a hundred times as long as using it; there are some six hundred zones. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, format)
  return format
}
