/** What of a service a rule's `match` looks at. */
export interface Matched {
  name: string
  service: string
  tags: readonly string[]
  groups: readonly string[]
  app: string | null
  type: string
  namespace?: string | undefined
}

/** Whether a rule with such a `match` is for a service with these. */
export function isMatch(match: Readonly<Record<string, string | readonly string[]>>, service: Matched): boolean {
  return Object.entries(match).every(([key, wanted]) => {
    const has: readonly string[] =
      key === 'tags'
        ? service.tags
        : key === 'groups'
          ? service.groups
          : key === 'app'
            ? [service.app ?? '']
            : key === 'type'
              ? [service.type]
              : key === 'namespace'
                ? [service.namespace ?? '']
                : [service.name, service.service]
    return [wanted].flat().some((value) => has.includes(value))
  })
}
