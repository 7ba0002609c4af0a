/** What a member of a fleet may do on the server. Lists of what is allowed alone: lists of what is denied have been got round. */
export interface Permissions {
  publish: string[]
  subscribe: string[]
}

/** A `host` answers and tells of itself; a `controller` may ask the others, too. */
export type MemberKind = 'host' | 'controller'

/**
 * `id` is the member's own word in subjects. Nobody may hear another one's commands or replies, publish in another one's
 * name, or reach the server's own subjects; a reply to a request goes by `allow_responses`, once and within minutes.
 */
export function permissionsOf(prefix: string, id: string, kind: MemberKind): Permissions {
  const root = `${prefix}.v1`
  const micro = ['PING', 'INFO', 'STATS'].flatMap((verb) => [
    `$SRV.${verb}`,
    `$SRV.${verb}.hxe-agent`,
    `$SRV.${verb}.hxe-agent.${id}`,
  ])
  const own: Permissions = {
    // Whether the server has JetStream may be asked by everybody; it tells of sizes and limits alone.
    publish: [`${root}.up.${id}.>`, '$JS.API.INFO'],
    subscribe: [`${root}.cmd.${id}.>`, `_INBOX_${id}.>`, ...micro],
  }
  if (kind === 'host') return own
  return {
    publish: [...own.publish, `${root}.cmd.*.call`, `${root}.cmd.*.ctl.>`, '$SRV.>'],
    subscribe: [...own.subscribe, `${root}.up.>`],
  }
}

/** How long a host may take to answer a request. */
export const responsesLastText = '2m'
