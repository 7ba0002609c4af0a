/**
 * The subjects of a fleet. What an agent may do is cut along them: it publishes under `up.ID` and hears under `cmd.ID`,
 * and nothing else, so the key of one host speaks for that host alone.
 */
export interface Subjects {
  /** Calls to a host are requests here. */
  call(host: string): string
  /** What a caller says about a stream of its own: that it is still there, may be sent more, or is to end. */
  control(host: string, session: string): string
  /** Everything a host is told. */
  commands(host: string): string
  /** Parts of an answer, of call `call` of one session. */
  answers(host: string, session: string, call: number): string
  /** All answers to one session, from whichever host. */
  session(session: string): string
  heartbeat(host: string): string
  heartbeats: string
  events(host: string): string
  allEvents: string
}

export function subjectsOf(prefix: string): Subjects {
  const root = `${prefix}.v1`
  return {
    call: (host) => `${root}.cmd.${host}.call`,
    control: (host, session) => `${root}.cmd.${host}.ctl.${session}`,
    commands: (host) => `${root}.cmd.${host}.>`,
    answers: (host, session, call) => `${root}.up.${host}.s.${session}.${call}`,
    session: (session) => `${root}.up.*.s.${session}.*`,
    heartbeat: (host) => `${root}.up.${host}.hb`,
    heartbeats: `${root}.up.*.hb`,
    events: (host) => `${root}.up.${host}.ev`,
    allEvents: `${root}.up.*.ev`,
  }
}

/** The host that a subject under `up` belongs to: what the server has checked, unlike what a message says of itself. */
export function hostOfSubject(prefix: string, subject: string): string | undefined {
  const head = `${prefix}.v1.up.`
  return subject.startsWith(head) ? subject.slice(head.length).split('.', 1)[0] : undefined
}

/** What may stand as one word of a subject. */
export const isToken = (text: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(text)

/** Where the fleet's configuration is kept. */
export function bucketOf(prefix: string): { bucket: string; stream: string; subjects: string } {
  const bucket = `${prefix.replaceAll('.', '_')}-bundles`
  return { bucket, stream: `KV_${bucket}`, subjects: `$KV.${bucket}.>` }
}
