import { streamNameOf } from './eventstream.ts'
import { bucketOf, subjectsOf } from './subjects.ts'

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
  const { stream, subjects: bundles } = bucketOf(prefix)
  const micro = ['PING', 'INFO', 'STATS'].flatMap((verb) => [
    `$SRV.${verb}`,
    `$SRV.${verb}.hxe-agent`,
    `$SRV.${verb}.hxe-agent.${id}`,
  ])
  const events = streamNameOf(prefix)
  const own: Permissions = {
    publish: [
      `${root}.up.${id}.>`,
      // Whether the server has JetStream may be asked by everybody; it tells of sizes and limits alone.
      '$JS.API.INFO',
      // The last of its own events in the stream, and of nobody else's.
      `$JS.API.DIRECT.GET.${events}.${subjectsOf(prefix).events(id)}`,
      // The fleet's configuration: read, and without a consumer, whose messages could be sent where the host may not.
      `$JS.API.STREAM.INFO.${stream}`,
      `$JS.API.STREAM.MSG.GET.${stream}`,
    ],
    subscribe: [`${root}.cmd.${id}.>`, `_INBOX_${id}.>`, bundles, ...micro],
  }
  if (kind === 'host') return own
  return {
    publish: [
      ...own.publish,
      `${root}.cmd.*.call`,
      `${root}.cmd.*.ctl.>`,
      '$SRV.>',
      // Makes the stream of events and reads it; nobody may delete, purge or change it.
      ...['INFO', 'CREATE', 'MSG.GET'].map((verb) => `$JS.API.STREAM.${verb}.${events}`),
      bundles,
      `$JS.API.STREAM.CREATE.${stream}`,
    ],
    subscribe: [...own.subscribe, `${root}.up.>`],
  }
}

/** How long a host may take to answer a request. */
export const responsesLastText = '2m'
