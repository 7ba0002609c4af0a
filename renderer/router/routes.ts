export const serviceTabs = [
  'overview',
  'logs',
  'health',
  'events',
  'configuration',
  'environment',
  'processes',
] as const
export type ServiceTab = (typeof serviceTabs)[number]

export type Route =
  | { page: 'overview' }
  | { page: 'services' }
  | { page: 'service'; name: string; tab: ServiceTab }
  | { page: 'add' }
  | { page: 'logs' }
  | { page: 'metrics' }
  | { page: 'alerts' }
  | { page: 'configuration' }
  | { page: 'fleet' }
  | { page: 'activity' }
  | { page: 'settings' }
  | { page: 'unknown'; path: string }

const pages: Readonly<Record<string, Route | undefined>> = {
  '': { page: 'overview' },
  overview: { page: 'overview' },
  services: { page: 'services' },
  add: { page: 'add' },
  logs: { page: 'logs' },
  metrics: { page: 'metrics' },
  alerts: { page: 'alerts' },
  configuration: { page: 'configuration' },
  fleet: { page: 'fleet' },
  activity: { page: 'activity' },
  settings: { page: 'settings' },
}

/** The page that a path names. Paths are the same in the window, in a browser and in links. */
export function matchRoute(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '')
  const [first = '', second, third] = parts
  const page = Object.hasOwn(pages, first) ? pages[first] : undefined
  if (parts.length <= 1 && page) return page
  const name = second === undefined ? undefined : decode(second)
  const tab = serviceTabs.find((known) => known === (third ?? 'overview'))
  if (first === 'services' && parts.length <= 3 && name !== undefined && tab) return { page: 'service', name, tab }
  return { page: 'unknown', path }
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    // A lone % is a broken link, which is a page that does not exist.
    return undefined
  }
}

export function servicePath(name: string, tab: ServiceTab = 'overview'): string {
  // A name may end like a file (`web.app`), for which servers look among their files.
  const base = `/services/${encodeURIComponent(name).replaceAll('.', '%2E')}`
  return tab === 'overview' ? base : `${base}/${tab}`
}

/** A path with its query; parameters that are empty are left out. */
export function withQuery(path: string, parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '')).toString()
  return query === '' ? path : `${path}?${query}`
}

/** The editor at a place in a file. */
export function editorPath({
  file,
  line = 1,
  column,
}: {
  file: string
  line?: number | undefined
  column?: number | undefined
}): string {
  return withQuery('/configuration', { file, line: String(line), column: column === undefined ? '' : String(column) })
}
