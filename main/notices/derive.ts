import type { ConfigStatus, Service } from '../../contract/index.ts'

/** What is to be told, and the page of the panel that tells more. */
export interface Notice {
  /** A later one of the same key takes the place of an earlier one. */
  key: string
  title: string
  body: string
  path: string
}

/** One thing that happened to one service. */
interface Turn {
  kind: 'failed' | 'recovered'
  name: string
  /** What is at the bottom of it: another service, or itself. */
  cause: string
  sentence: string
  isCrashLoop: boolean
  atMs: number
}

/** More at once than this are told as one. */
const mostNotices = 3

/** Follows which services have failed, so that each turn for the worse or the better is told once. */
export class Watcher {
  #failed: Set<string> | undefined
  #configWasInvalid = false

  /** The first look says nothing: what had failed before is not news. */
  look(services: readonly Service[], config: ConfigStatus | undefined): { turns: Turn[]; notices: Notice[] } {
    const before = this.#failed
    const failed = new Set<string>()
    const turns: Turn[] = []
    for (const service of services) {
      const { name, state } = service
      if (state === 'failed') {
        failed.add(name)
        if (before && !before.has(name)) turns.push(turnOf('failed', service))
      } else if (before?.has(name)) {
        if (state === 'running') turns.push(turnOf('recovered', service))
        // What is on its way up has not recovered yet.
        else if (!isAtRest(service)) failed.add(name)
      }
    }
    this.#failed = failed
    const wasInvalid = this.#configWasInvalid
    this.#configWasInvalid = config?.status === 'invalid'
    if (!before) return { turns: [], notices: [] }
    return { turns, notices: config && this.#configWasInvalid && !wasInvalid ? [configNotice(config)] : [] }
  }
}

/** Stopped or completed on purpose: neither failed any more nor recovered. */
const isAtRest = ({ state }: Service): boolean => state === 'stopped' || state === 'completed'

function turnOf(kind: Turn['kind'], { name, why, reason, since }: Service): Turn {
  return {
    kind,
    name,
    cause: why?.chain[0]?.subject ?? name,
    sentence: why?.sentence ?? reason.text,
    isCrashLoop: reason.code === 'crash-loop',
    atMs: Date.parse(since),
  }
}

function configNotice({ diagnostics }: ConfigStatus): Notice {
  const first = diagnostics.find(({ severity }) => severity === 'error')
  const where = first ? `${first.file}:${first.line}: ${first.message}` : 'It cannot be read.'
  return {
    key: 'config',
    title: 'The configuration is invalid',
    body: `${where}\nWhat runs goes on as it was.`,
    path: '/overview',
  }
}

/** Thirty that failed for one cause are one notice. */
export function together(turns: readonly Turn[]): Notice[] {
  const groups = new Map<string, Turn[]>()
  for (const turn of turns) {
    // What recovers has no cause any more: all of it is one.
    const key = turn.kind === 'failed' ? `failed:${turn.cause}` : 'recovered'
    groups.set(key, [...(groups.get(key) ?? []), turn])
  }
  const notices = [...groups].map(([key, group]) => noticeOf(key, group))
  if (notices.length <= mostNotices) return notices
  const failed = turns.filter(({ kind }) => kind === 'failed')
  return failed.length === 0 ? notices : [manyFailed('failed', failed, `For ${groups.size} causes`)]
}

/** The page of a service. */
export const pathOf = (name: string): string => `/services/${encodeURIComponent(name).replaceAll('.', '%2E')}`

function noticeOf(key: string, group: readonly Turn[]): Notice {
  const [first] = group
  if (!first) throw new Error('A group of notices has at least one')
  if (group.length > 1)
    return first.kind === 'failed'
      ? manyFailed(key, group, first.sentence)
      : { key, title: `${group.length} services run again`, body: namesOf(group), path: '/services' }
  const path = pathOf(first.name)
  if (first.kind === 'recovered') return { key, title: `${first.name} runs again`, body: '', path }
  const title = first.isCrashLoop ? `${first.name} keeps crashing` : `${first.name} failed`
  return { key, title, body: first.sentence, path }
}

function manyFailed(key: string, group: readonly Turn[], why: string): Notice {
  return { key, title: `${group.length} services failed`, body: `${namesOf(group)}\n${why}`, path: '/services' }
}

const namesOf = (group: readonly Turn[]): string => {
  const names = group.slice(0, 4).map(({ name }) => name)
  return group.length > names.length ? `${names.join(', ')} and ${group.length - names.length} more` : names.join(', ')
}
