/** `hxe://` links open a view and never act. What is not exactly one of these is refused. */
const pages: ReadonlySet<string> = new Set(['overview', 'services', 'logs', 'configuration', 'activity', 'settings'])
const tabs: ReadonlySet<string> = new Set(['overview', 'logs', 'events', 'processes', 'configuration'])
const longestLink = 400
const longestName = 200
/** A service's name, or an instance's, with its host behind an `@` where it is another's. */
const nameForm = /^[\p{L}\p{M}\p{Nd}_.-]{1,64}(?:#\d{1,6})?(?:@[\p{L}\p{M}\p{Nd}_.~-]{1,100})?$/u

/** The page's path that a link names: `hxe://service/web`, `hxe://service/web/logs`, `hxe://logs/web`, `hxe://services`. */
export function pathOfLink(link: unknown): string | undefined {
  if (typeof link !== 'string' || link.length > longestLink) return undefined
  const [, words] = /^hxe:\/\/([^?#\\\s]+?)\/?$/i.exec(link) ?? []
  const [page = '', part, tab, ...more] = words?.split('/') ?? []
  const place = page.toLowerCase()
  if (part === undefined) return pages.has(place) ? `/${place}` : undefined
  const name = nameIn(part)
  if (name === undefined || more.length > 0) return undefined
  if (place === 'logs' && tab === undefined) return `/logs?service=${encodeURIComponent(name)}`
  if (place !== 'service' && place !== 'services') return undefined
  if (tab !== undefined && !tabs.has(tab)) return undefined
  return `${servicePath(name)}${tab === undefined || tab === 'overview' ? '' : `/${tab}`}`
}

/** A dot is written out: `web.app` is no file of the panel. */
const servicePath = (name: string): string => `/services/${encodeURIComponent(name).replaceAll('.', '%2E')}`

function nameIn(part: string): string | undefined {
  try {
    const name = decodeURIComponent(part)
    return name.length <= longestName && nameForm.test(name) && name !== '.' && name !== '..' ? name : undefined
  } catch {
    // A lone % is no name.
    return undefined
  }
}

/** The link among a command line's words, where the desktop started HXE to open it. */
export function linkIn(argv: readonly string[]): string | undefined {
  return argv.slice(1).findLast((word) => /^hxe:/i.test(word))
}
