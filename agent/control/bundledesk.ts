import {
  type Bundle,
  type BundleChange,
  type BundleOnHost,
  type BundlePlan,
  type BundlePlanHost,
  type BundleReleaseDetail,
  type FleetHost,
  messageOf,
  mostBundleBytes,
  type NewBundle,
  type Rollout,
  type RolloutRequest,
  type Selector,
} from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import {
  type BundleBucket,
  type BundleDesk,
  type FleetSide,
  type Head,
  hasCanary,
  matches,
  newHead,
  standingOf,
  stepsOf,
  type Target,
  wantedOn,
  withRollout,
} from '../fleet/index.ts'
import { eachAtOnce } from '../together.ts'
import type { BundleDoor } from './bundledoor.ts'
import type { HostBundles } from './bundles.ts'
import type { Engine } from './engine.ts'
import type { Rollouts } from './rollouts.ts'

const askedAtOnce = 20
const mostHosts = 1000
const mostServicesNamed = 200

export interface BundleDeskParts {
  engine: Engine
  /** @throws UNAVAILABLE where there is none */
  bucket: () => BundleBucket
  prefix: () => string
  fleet: Pick<FleetSide, 'hosts'>
  own: HostBundles
  door: BundleDoor
  rollouts: Rollouts
}

/** What a change comes to: a revision with its files, or none. */
interface Aim {
  revision: number
  selector: Selector
  files: Record<string, string> | null
  head: Head | undefined
  /** Its files are new, and so is its number. */
  isNew: boolean
}

/** Hosts may know of later numbers than a store that was lost in between. */
const numberOf = ({ revision, isNew }: Aim, hosts: readonly BundlePlanHost[]): number =>
  isNew ? Math.max(revision, ...hosts.map((host) => (host.revision ?? 0) + 1)) : revision

export function openBundleDesk(parts: BundleDeskParts): BundleDesk {
  const { engine, bucket, fleet, own, door } = parts

  async function list(): Promise<Bundle[]> {
    const words = (await bucket().words()) ?? new Map()
    const names = new Set([...words.keys(), ...fleet.hosts().flatMap((host) => saidBy(host).map(({ name }) => name))])
    return [...names].sort().map((name) => {
      const word = words.get(name)
      return viewOf(name, word?.is === 'head' ? word.head : undefined)
    })
  }

  const saidBy = (host: FleetHost) => (host.self ? own.reports() : (host.bundles ?? []))

  function viewOf(name: string, head: Head | undefined): Bundle {
    const hosts = fleet.hosts().flatMap((host): BundleOnHost[] => {
      const said = saidBy(host).find((one) => one.name === name)
      const isAway = host.state === 'unreachable'
      const standing = head ? standingOf(name, wantedOn(head, host.id, host.labels), said, isAway) : said
      return standing ? [{ ...withoutName(standing), host: host.name, hostId: host.id, isAway }] : []
    })
    return {
      name,
      revision: head?.stable ?? 0,
      releases: head?.releases ?? [],
      rollout: head?.rollout?.id ?? null,
      hosts,
    }
  }

  async function get(name: string): Promise<Bundle> {
    const found = (await list()).find((bundle) => bundle.name === name)
    if (found) return found
    throw new CoreError('NOT_FOUND', `The fleet has no bundle ${name}. \`hxe fleet status\` shows those that it has.`)
  }

  async function release(name: string, revision: number): Promise<BundleReleaseDetail> {
    const found = await bucket().release(name, revision)
    if (!found) throw new CoreError('NOT_FOUND', `The fleet has no revision ${revision} of ${name} any more.`)
    const { time, author, message, selector, files } = found
    return { name, revision, time, author, message, selector, files }
  }

  async function aimOf({ name, files, selector, revision, remove }: BundleChange): Promise<Aim> {
    const head = await bucket().head(name)
    const current = head?.releases.find((one) => one.revision === head.stable)
    if (remove) {
      const isThere = head !== undefined && (head.stable > 0 || Object.values(head.hosts).some((own) => own > 0))
      if (!isThere) throw new CoreError('NOT_FOUND', `The fleet has no bundle ${name}.`)
      return { revision: 0, selector: {}, files: null, head, isNew: false }
    }
    const newest = Math.max(0, ...(head?.releases ?? []).map((one) => one.revision))
    if (revision !== undefined) {
      const former = await release(name, revision)
      // The one that runs, once more, is for hosts where somebody has changed it: new to them all, so that they take it.
      const isAgain = revision === head?.stable
      const number = isAgain ? newest + 1 : revision
      return { revision: number, selector: former.selector, files: former.files, head, isNew: isAgain }
    }
    const aimed = selector ?? current?.selector
    if (!files || !aimed)
      throw badInput('selector', 'Say which hosts it is for: a selector of labels; {} is all of them.')
    const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    if (bytes > mostBundleBytes)
      throw badInput(
        'files',
        `The files have ${Math.ceil(bytes / 1024)} KiB; a bundle has ${mostBundleBytes / 1024} at most. Make two of it.`,
      )
    return { revision: newest + 1, selector: aimed, files, head, isNew: true }
  }

  async function planFor(
    name: string,
    { revision, selector, files, head }: Aim,
    author: string,
  ): Promise<BundlePlanHost[]> {
    const hosts: BundlePlanHost[] = []
    await eachAtOnce(fleet.hosts(), askedAtOnce, async (host) => {
      const isMeant = revision > 0 && matches(selector, host.labels)
      const has = saidBy(host).some((one) => one.name === name) || (head && wantedOn(head, host.id, host.labels) > 0)
      if (isMeant || has) hosts.push(await planOn(host, name, isMeant, files, author))
    })
    return hosts.sort((a, b) => a.host.localeCompare(b.host) || a.hostId.localeCompare(b.hostId))
  }

  async function planOn(
    { name: host, id: hostId, state, since }: FleetHost,
    name: string,
    isMeant: boolean,
    files: Aim['files'],
    author: string,
  ): Promise<BundlePlanHost> {
    const nothing = { revision: null, actions: [], diagnostics: [], drift: [] }
    const leftOut = (text: string): BundlePlanHost => ({ ...nothing, host, hostId, isMeant, leftOut: text })
    if (state === 'unreachable') return leftOut(`It has not been reached since ${since}; it follows when it is back.`)
    try {
      const preview = await door.preview(hostId, name, isMeant ? files : null, author)
      return { ...preview, host, hostId, isMeant, leftOut: null }
    } catch (error) {
      return leftOut(messageOf(error))
    }
  }

  async function plan(change: BundleChange, { author }: Caller): Promise<BundlePlan> {
    const aim = await aimOf(change)
    const { selector, head } = aim
    const hosts = await planFor(change.name, aim, author)
    const revision = numberOf(aim, hosts)
    return { name: change.name, revision, previous: head?.stable ?? 0, selector, hosts }
  }

  async function apply(request: NewBundle, caller: Caller): Promise<Rollout> {
    const { author } = caller
    const { name, message, canary, batchSize, pauseMs, gate, timeoutMs, force } = request
    const aim = await aimOf(request)
    const { selector, files, head } = aim
    refuseOtherRollout(head, force === true)
    const hosts = await planFor(name, aim, author)
    const revision = numberOf(aim, hosts)
    if (revision > 0 && !hosts.some(({ isMeant }) => isMeant))
      throw new CoreError(
        'NOT_FOUND',
        `No host has these labels: ${sayLabels(selector)}. \`hxe hosts list --json\` shows those that they have.`,
      )
    if (hosts.length > mostHosts)
      throw badInput('selector', `${hosts.length} hosts are meant; one rollout takes ${mostHosts} at most`)
    const targets = hosts.map(targetOf)
    if (!hasCanary(targets, canary))
      throw new CoreError('NOT_FOUND', `The canary ${canary} is not among the hosts that are meant.`)
    const { randomText, clock } = engine.deps
    const self = fleet.hosts()[0]
    const rollout = { id: randomText(), hostId: self?.id ?? '', host: self?.name ?? '' }
    const time = new Date(clock.nowMs()).toISOString()
    const { isNew } = aim
    const said = { revision, time, author, message, selector }
    if (isNew && files)
      await bucket().writeRelease({ v: 1, kind: 'release', fleet: parts.prefix(), name, ...said, files })
    const after = await bucket().changeHead(name, (now) => {
      refuseOtherRollout(now, force === true)
      const before = now ?? newHead(parts.prefix(), name)
      if (before.releases.some((one) => one.revision >= revision) && isNew)
        throw new CoreError(
          'CONFLICT',
          `Somebody was faster: ${name} has a revision ${revision} already. Look at the plan again.`,
          { reason: 'other-revision' },
        )
      return withRollout(before, isNew ? said : undefined, rollout, clock.nowMs())
    })
    const bundle = { name, revision, previous: after?.stable ?? 0, before: { ...after?.hosts } }
    const names = [...new Set(targets.flatMap(({ services }) => services))].slice(0, mostServicesNamed)
    const rolled: RolloutRequest = {
      verb: 'apply',
      services: { names },
      hosts: targets.length > 0 ? { names: targets.map(({ host }) => host) } : { all: true },
      ...(canary === undefined ? {} : { canary }),
      batchSize,
      pauseMs,
      gate,
      timeoutMs,
      onFailure: 'rollback',
      bundle,
    }
    return parts.rollouts.lead(
      rollout.id,
      rolled,
      stepsOf(targets, { batchSize, ...(canary === undefined ? {} : { canary }) }, randomText),
      caller,
    )
  }

  /** One that this agent led is over when it says so: the store may not have been told yet. */
  function refuseOtherRollout(head: Head | undefined, isForced: boolean): void {
    const { id = '', host = '', hostId } = head?.rollout ?? {}
    const isMine = hostId !== undefined && hostId === fleet.hosts()[0]?.id
    const isUnderWay = parts.rollouts.list().some((one) => one.id === id && one.endedAt === null)
    if (hostId === undefined || (isMine ? !isUnderWay : isForced)) return
    const hint = isMine ? `\`hxe fleet rollout abort ${id}\` ends it.` : 'Where that host will not come back: --force.'
    throw new CoreError('CONFLICT', `The rollout ${id} of it is under way, led by ${host}. ${hint}`, {
      reason: 'under-way',
    })
  }

  return {
    list,
    get,
    release,
    plan,
    apply,
    applied: () => own.reports(),
    preview: (name, files) => own.preview(name, files),
  }
}

function targetOf({ host, hostId, actions, leftOut }: BundlePlanHost): Target {
  const services = actions.flatMap(({ service, action }) =>
    action === 'stop' ? [] : (service.split('#', 1)[0] ?? service),
  )
  return { host, hostId, services: [...new Set(services)].sort(), ...(leftOut === null ? {} : { leftOut }) }
}

const withoutName = ({ name: _, ...rest }: Omit<BundleOnHost, 'host' | 'hostId' | 'isAway'> & { name?: string }) => rest
const sayLabels = (selector: Selector): string =>
  Object.entries(selector)
    .map(([label, value]) => `${label}=${value}`)
    .join(', ')
const badInput = (path: string, message: string): CoreError =>
  new CoreError('BAD_INPUT', message, { errors: [{ path, message }] })
