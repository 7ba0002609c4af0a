const words: Readonly<Record<string, string>> = {
  minutely: '* * * * *',
  hourly: '0 * * * *',
  daily: '0 0 * * *',
  weekly: '0 0 * * 1',
  monthly: '0 0 1 * *',
  quarterly: '0 0 1 1,4,7,10 *',
  semiannually: '0 0 1 1,7 *',
  yearly: '0 0 1 1 *',
  annually: '0 0 1 1 *',
}

const shape =
  /^(?:([A-Za-z,.-]+)\s+)?(?:(?:\*|\d{4})-)?(?:([*\d/,.]+)-([*\d/,.]+)\s*)?(?:\s*([*\d/,.]+):([*\d/,.]+)(?::([*\d/,.]+))?)?$/

/** An OnCalendar expression as cron, `undefined` where cron cannot say it: a year, seconds, several times. */
export function cronOf(text: string): string | undefined {
  const calendar = text.trim()
  const word = calendar.toLowerCase()
  if (Object.hasOwn(words, word)) return words[word]
  const match = shape.exec(calendar)
  if (match === null || /^\d{4}-/.test(calendar)) return undefined
  const [, days, month = '*', day = '*', hour = '0', minute = '0', second = '0'] = match
  if (!/^0+$/.test(second)) return undefined
  const week = days === undefined ? '*' : days.replaceAll('..', '-')
  // Where both are said, cron starts on either and systemd only where both are so.
  if (week !== '*' && day !== '*') return undefined
  if (!/^(?:\*|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*(?:[-,](?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*)*)$/i.test(week))
    return undefined
  const fields = [minute, hour, day, month].map(fieldOf)
  const named = week.toUpperCase().replace(/([A-Z]{3})[A-Z]*/g, '$1')
  return fields.includes(undefined) ? undefined : [...fields, named].join(' ')
}

function fieldOf(text: string): string | undefined {
  const field = text.replaceAll('..', '-').replace(/\b0+(?=\d)/g, '')
  if (/^\*$|^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/.test(field)) return field
  const [, from, step] = /^(\*|\d+)\/(\d+)$/.exec(field) ?? []
  if (from === undefined) return undefined
  return from === '0' || from === '*' ? `*/${step}` : undefined
}
