import { createHash } from 'node:crypto'
import type { Alert } from '../../contract/index.ts'
import { addStep, type Entry } from './book.ts'
import { causesOf, followersOf, isFailure, type World } from './cause.ts'
import { type Doubt, doubtsOf, type Judging } from './doubt.ts'
import {
  dueOf,
  type Group,
  type GroupView,
  groupKey,
  groupLabels,
  heldUntilMs,
  type Policy,
  placesOf,
  regroup,
  routesOf,
} from './groups.ts'
import { hushOf, type Inhibition, type NextDue, type Window, windowTimes } from './hush.ts'
import type { Keeper } from './keep.ts'
import { withMissed } from './missed.ts'
import { isToldBefore, noVoice, othersStep, saysOf, type Voice } from './speaker.ts'
import type { Deliverer } from './types.ts'
import { untouched } from './untouched.ts'

export interface TellerDeps {
  keeper: Keeper
  deliverer: Pick<Deliverer, 'deliver'>
  world: World & Judging
  policy: () => Policy
  inhibitions: () => readonly Inhibition[]
  windows: () => readonly Window[]
  nextDue: NextDue
  /** Whether the files have it, as far as they are known. */
  isThere: (notification: string) => boolean
  isDesktop: (notification: string) => boolean
  newId: () => string
  onProblem: (error: unknown) => void
}

/** Of a storm each notification is told this often at most; what comes beyond waits and comes together. */
const limit = { notices: 20, withinMs: 600_000 }
const limitText = `was told ${limit.notices} times within ${limit.withinMs / 60_000} min`
/** A group whose alerts are gone is kept for as long as it was told at intervals. */
const mostGroups = 2_000

/** What putting the alerts of one look into their groups goes by, and the groups that it has changed. */
interface Joining {
  places: ReturnType<typeof placesOf>
  joined: Set<Group>
  nowMs: number
  at: string
}

/** Decides of each alert who is told of it, and leaves why. */
export class Teller {
  readonly #deps: TellerDeps
  readonly #toldMs = new Map<string, number[]>()
  /** Written once a look, however much of them changes. */
  readonly #changed = new Set<Entry>()
  /** What an earlier agent left may go by other files, too. */
  #isReconfigured = true
  /** Whether lost hosts are told of here; its owner follows who is heard. */
  voice: Voice = noVoice

  constructor(deps: TellerDeps) {
    this.#deps = deps
  }

  /** The files may say something else of who is told, and when. */
  reconfigured(): void {
    this.#isReconfigured = true
  }

  /** What keeps each alert quiet, and what follows from what. Answers whether a client would see a difference. */
  judge(entries: readonly Entry[], wallMs: number): boolean {
    const { world, keeper, inhibitions, windows, nextDue } = this.#deps
    const alerts = entries.map(({ alert }) => alert)
    // By the clock that never jumps: what came a moment after the clock was set back has not come an hour before.
    const since = new Map(entries.map(({ alert, episode }) => [alert.id, episode.sinceMs]))
    const causes = causesOf(alerts, world, ({ id }) => since.get(id) ?? 0)
    const follows = followersOf(alerts, causes)
    const silences = [...keeper.silences.values()]
    const open = windows().flatMap((window) => {
      const { untilMs } = windowTimes(window, wallMs, nextDue)
      return untilMs === null ? [] : [{ window, untilMs }]
    })
    const around = { alerts, silences, windows: open, inhibitions: inhibitions(), wallMs }
    const at = new Date(wallMs).toISOString()
    let isChanged = false
    for (const entry of entries) {
      const { alert } = entry
      const cause = causes.get(alert.id) ?? null
      const { silencedBy, inhibitedBy, hush } = hushOf({ ...alert, cause }, around)
      const judged: Judged = {
        cause,
        follows: follows.get(alert.id) ?? untouched().follows,
        silenced: silencedBy.length > 0,
        silencedBy,
        inhibitedBy,
      }
      const isSame = isJudgedAlike(alert, judged)
      const isStep = hush !== undefined && addStep(entry, hush.step, hush.text, at)
      entry.isQuiet = hush !== undefined
      if (isSame && !isStep) continue
      if (!isSame) entry.alert = { ...alert, ...judged, changedAt: at }
      isChanged = true
      if (entry.alert.state === 'firing') this.#changed.add(entry)
    }
    return isChanged
  }

  /** Tells what is due; answers when there will be something again. */
  async tell(entries: readonly Entry[], nowMs: number, wallMs: number): Promise<number | undefined> {
    const { keeper } = this.#deps
    const at = new Date(wallMs).toISOString()
    const followers = followersByCause(entries)
    const firing = new Map(entries.map((entry) => [entry.alert.id, entry]))
    if (this.#isReconfigured) this.#regroup(firing, followers, at)
    this.#isReconfigured = false
    const places = placesOf(keeper.groups.values())
    const joined = new Set<Group>()
    for (const entry of entries)
      if (entry.alert.state === 'firing' && !entry.isQuiet)
        this.#join(entry, followers.get(entry.alert.id) ?? [], { places, joined, nowMs, at })
    // Each once, however many have joined it.
    for (const group of joined) void keeper.putGroup(group)
    const doubts = this.#doubts(entries, nowMs)
    const missed = new Map<string, string[]>()
    const news = [...keeper.groups.values()].flatMap((group) => {
      const view = this.#viewOf(group, firing)
      this.#leave(group, firing, missed, at)
      const next = dueOf(group, view)
      if (next) return [{ group, view, next }]
      const isEmpty = Object.keys(group.members).length === 0
      if (isEmpty && nowMs - (group.toldMs ?? group.beganMs) > group.timing.groupIntervalMs)
        keeper.removeGroup(group.key)
      return []
    })
    for (const [notification, ids] of missed)
      void keeper.putGroup(
        withMissed(keeper.groups, { notification, ids }, { nowMs, everyMs: limit.withinMs, newId: this.#deps.newId }),
      )
    let nextMs: number | undefined
    const due: Promise<void>[] = []
    // Where the limit lets few of them through, what comes again and again must not keep back what waits.
    for (const { group, view, next } of news.toSorted((a, b) => a.next.atMs - b.next.atMs)) {
      const heldMs = heldUntilMs(group, view, doubts)
      const atMs = Math.max(next.atMs, heldMs, this.#allowedMs(group.notification, nowMs))
      if (atMs <= nowMs) {
        due.push(this.#flush(group, view, firing, { nowMs, at, why: next.why }))
        continue
      }
      if (next.atMs <= nowMs && heldMs > nowMs) this.#noteDoubts(view, doubts, firing, at)
      else if (next.atMs <= nowMs) this.#hold(group, view, firing, at)
      // What is kept back is known to be from when it is due.
      const wakeMs = next.atMs > nowMs ? next.atMs : atMs
      nextMs = Math.min(nextMs ?? wakeMs, wakeMs)
    }
    // Still in one go with the notices: see `flush`.
    for (const entry of this.#changed) void keeper.put(entry)
    this.#changed.clear()
    keeper.prune(wallMs)
    await Promise.all(due)
    return nextMs
  }

  /** Of what fires and is told: what of it may turn out to follow from something that is not known yet. */
  #doubts(entries: readonly Entry[], nowMs: number): Map<string, Doubt> {
    const { world } = this.#deps
    // A rule's time that has not run out is no verdict either.
    const pending = new Set<string>()
    for (const { alert } of entries)
      if (alert.state === 'pending' && alert.service !== undefined && isFailure(alert))
        pending.add(world.serviceOf(alert.service))
    const loud = entries.flatMap(({ alert, episode, isQuiet }) =>
      alert.state === 'firing' && !isQuiet ? [{ alert, firedAtMs: episode.firedAtMs ?? episode.sinceMs }] : [],
    )
    const unjudged: Judging['unjudged'] = (service) =>
      world.unjudged(service) ?? (pending.has(service) ? 'has an alert that is pending' : undefined)
    return doubtsOf(loud, { ...world, unjudged }, nowMs)
  }

  #saysOf(alert: Alert, notification: string): ReturnType<typeof saysOf> {
    return saysOf(alert, this.#deps.isDesktop(notification), this.voice)
  }

  /** Whoever would be told of what follows from an alert is told of the alert: it is their one notice. */
  #routes(entry: Entry, followers: readonly Entry[]): ReturnType<typeof routesOf> {
    const policy = this.#deps.policy()
    const own = routesOf(entry.alert, entry.notify, policy)
    const names = new Set(own.map(({ notification }) => notification))
    const others = followers.flatMap((follower) =>
      routesOf(follower.alert, follower.notify, policy).flatMap(({ notification, timing, why }) => {
        if (names.has(notification)) return []
        names.add(notification)
        return [{ notification, timing, why: `${why}, for ${follower.alert.name} that follows from this` }]
      }),
    )
    return [...own, ...others]
  }

  #regroup(active: ReadonlyMap<string, Entry>, followers: ReadonlyMap<string, Entry[]>, at: string): void {
    const { keeper, isThere } = this.#deps
    for (const group of [...keeper.groups.values()]) {
      const { notification } = group
      const isKnown = isThere(notification)
      const entryOf = (id: string): Entry | undefined => active.get(id) ?? keeper.history.get(id)
      const after = regroup(group, isKnown, (id) => {
        const entry = entryOf(id)
        const routes = entry ? this.#routes(entry, followers.get(id) ?? []) : []
        const own = routes.find((route) => route.notification === notification)?.timing
        // What is over goes nowhere else.
        return active.has(id) ? own : (own ?? group.timing)
      })
      for (const [id, standing] of Object.entries(group.members)) {
        const entry = after.members[id] === undefined ? entryOf(id) : undefined
        if (!entry) continue
        const isUntold = standing === 'new' || group.missed !== undefined
        const gone = isUntold ? `not told: ${notification} is` : `${notification} is`
        const rest = isUntold ? '' : ', and hears no end of it'
        const text = isKnown ? `no longer goes to ${notification}` : `${gone} not there any more${rest}`
        addStep(entry, 'route', text, at, notification)
        this.#changed.add(entry)
      }
      if (!isKnown) keeper.removeGroup(group.key)
      else if (JSON.stringify(after) !== JSON.stringify(group)) void keeper.putGroup(after)
    }
  }

  #join(entry: Entry, followers: readonly Entry[], { places, joined, nowMs, at }: Joining): void {
    const { keeper, newId } = this.#deps
    const { id } = entry.alert
    for (const { notification, timing, why } of this.#routes(entry, followers)) {
      const says = this.#saysOf(entry.alert, notification)
      if (says === 'never' && addStep(entry, othersStep, this.voice.why, at)) this.#changed.add(entry)
      if (says !== 'now') continue
      const placeKey = places.get(notification)?.get(id)
      const place = placeKey === undefined ? undefined : keeper.groups.get(placeKey)
      // Where the files group by something else by now, what was told ends where it was told: a receiver may close by
      // the group's labels what it opened by them.
      if (place?.members[id] === 'told') continue
      const labels = groupLabels(entry.alert, timing)
      const key = groupKey(notification, labels)
      if (place?.key === key) continue
      const known = keeper.groups.get(key)
      if (!known && keeper.groups.size >= mostGroups) {
        addStep(entry, 'limit', `not told: there are ${mostGroups} groups already`, at, notification)
        continue
      }
      const begun: Group = {
        key,
        id: newId(),
        notification,
        labels,
        timing,
        beganMs: nowMs,
        toldMs: null,
        count: 0,
        members: {},
      }
      const group = known ?? begun
      // A group that nothing was in for longer than its interval begins anew, with its wait.
      const isIdle = known && Object.keys(known.members).length === 0
      const isLongIdle = isIdle && nowMs - (known.toldMs ?? known.beganMs) > timing.groupIntervalMs
      const isTakenOver = isToldBefore(entry, this.voice)
      // The alert knows it also where its group was damaged on the disk.
      const isTold = isTakenOver || entry.told.includes(notification)
      if (isLongIdle || !known) {
        group.beganMs = nowMs
        group.toldMs = isTold ? nowMs : null
      }
      group.timing = timing
      group.members[id] = isTold ? 'told' : 'new'
      keeper.groups.set(key, group)
      joined.add(group)
      if (isTakenOver) {
        if (!entry.told.includes(notification)) entry.told.push(notification)
        addStep(entry, 'delivery', 'told by the host that spoke before this one', at, notification)
      }
      addStep(entry, 'route', `goes to ${notification}: ${why}`, at, notification)
      const shown = Object.entries(labels).map(([label, value]) => `${label} ${value || '(none)'}`)
      addStep(entry, 'group', `told with others of ${shown.join(', ') || 'all alerts'}`, at, notification)
      if (place) {
        delete place.members[id]
        joined.add(place)
      }
      this.#changed.add(entry)
    }
  }

  #viewOf(group: Group, active: ReadonlyMap<string, Entry>): GroupView {
    const firing: Alert[] = []
    const repeated: Alert[] = []
    const resolved: Alert[] = []
    for (const [id, standing] of Object.entries(group.members)) {
      const entry = active.get(id)
      const alert = (entry ?? this.#deps.keeper.history.get(id))?.alert
      if (!alert || this.#saysOf(alert, group.notification) !== 'now') continue
      if (entry?.alert.state === 'firing') {
        if (entry.isQuiet) continue
        firing.push(entry.alert)
        if (!entry.alert.acknowledged) repeated.push(entry.alert)
      } else if (standing === 'told' && !entry) resolved.push(alert)
    }
    return { firing, repeated, resolved }
  }

  /** What was over, or is kept quiet, before it was told leaves its group. */
  #leave(group: Group, active: ReadonlyMap<string, Entry>, missed: Map<string, string[]>, at: string): void {
    const { keeper } = this.#deps
    const { notification } = group
    const gone = new Set<string>()
    for (const [id, standing] of Object.entries(group.members)) {
      const entry = active.get(id)
      const ended = keeper.history.get(id)
      const alert = (entry ?? ended)?.alert
      const isOthers = alert && this.#saysOf(alert, group.notification) === 'never'
      if (!isOthers && (standing === 'told' ? entry || ended : entry && !entry.isQuiet)) continue
      gone.add(id)
      if (standing === 'new' && !entry && ended && !isOthers) {
        if (group.held) {
          const ids = missed.get(notification) ?? []
          ids.push(id)
          missed.set(notification, ids)
          addStep(
            ended,
            'limit',
            `not told while it fired: ${notification} ${limitText}; one notice sums up all like it`,
            at,
            notification,
          )
        } else addStep(ended, 'group', 'not told: it was over before its group was', at, notification)
        this.#changed.add(ended)
      }
    }
    if (gone.size === 0) return
    group.members = Object.fromEntries(Object.entries(group.members).filter(([id]) => !gone.has(id)))
    // Who joins it from now on is kept back only if the limit still says so.
    group.held = undefined
    void keeper.putGroup(group)
  }

  /**
   * What was told is remembered in one go with the notice, which makes it one write: an agent that is killed leaves both
   * or neither, so the next one tells nothing twice under two ids, and nobody waits for the end of what they heard of.
   */
  async #flush(
    group: Group,
    view: GroupView,
    active: ReadonlyMap<string, Entry>,
    { nowMs, at, why }: { nowMs: number; at: string; why: string },
  ): Promise<void> {
    const { keeper, deliverer, onProblem } = this.#deps
    const { notification, labels: groupLabels, missed } = group
    const alerts = [...view.firing, ...view.resolved]
    const status = view.firing.length > 0 ? 'firing' : 'resolved'
    // Where the disk refuses both, the next agent tells the same under the same id, and something else under another.
    const id = `${group.id}-${group.count}-${contentOf(alerts)}`
    this.#toldMs.set(notification, [...(this.#toldMs.get(notification) ?? []).slice(-limit.notices), nowMs])
    const members = { ...group.members }
    for (const { id } of view.firing) members[id] = 'told'
    for (const { id } of view.resolved) delete members[id]
    const words =
      why === 'repeat'
        ? `told ${notification} again: it still fires`
        : missed === undefined
          ? undefined
          : `told ${notification} that it fired and ended meanwhile`
    for (const alert of alerts) {
      const entry = active.get(alert.id) ?? keeper.history.get(alert.id)
      if (!entry) continue
      const isOver = alert.state === 'resolved'
      if (!isOver && !entry.told.includes(notification)) entry.told.push(notification)
      addStep(
        entry,
        'delivery',
        words ?? `told ${notification}${isOver ? ' that it is resolved' : ''}`,
        at,
        notification,
      )
      this.#changed.add(entry)
    }
    const after: Group = { ...group, members, toldMs: nowMs, count: group.count + 1, held: undefined }
    void keeper.putGroup(missed === undefined ? after : { ...after, missed: 0 })
    const sum = missed === undefined ? {} : { missed }
    await deliverer.deliver({ id, notification, status, groupLabels, alerts, ...sum }).catch(onProblem)
  }

  #allowedMs(notification: string, nowMs: number): number {
    const told = (this.#toldMs.get(notification) ?? []).filter((ms) => nowMs - ms < limit.withinMs)
    const oldest = told.at(-limit.notices)
    return oldest === undefined ? 0 : oldest + limit.withinMs
  }

  #noteDoubts(
    view: GroupView,
    doubts: ReadonlyMap<string, Doubt>,
    active: ReadonlyMap<string, Entry>,
    at: string,
  ): void {
    for (const { id } of view.firing) {
      const entry = active.get(id)
      const doubt = doubts.get(id)
      if (entry && doubt && addStep(entry, 'cause', doubt.text, at)) this.#changed.add(entry)
    }
  }

  #hold(group: Group, view: GroupView, active: ReadonlyMap<string, Entry>, at: string): void {
    const text = `waits: ${group.notification} ${limitText}`
    for (const { id } of view.firing) {
      const entry = active.get(id)
      if (entry) addStep(entry, 'limit', text, at, group.notification)
    }
    if (group.held) return
    group.held = true
    void this.#deps.keeper.putGroup(group)
  }
}

/** What `judge` finds of an alert; all else of it is the rule's. */
type Judged = Pick<Alert, 'cause' | 'follows' | 'silenced' | 'silencedBy' | 'inhibitedBy'>

const isJudgedAlike = ({ cause, follows, silenced, silencedBy, inhibitedBy }: Alert, judged: Judged): boolean =>
  JSON.stringify({ cause, follows, silenced, silencedBy, inhibitedBy }) === JSON.stringify(judged)

/** Which alerts, in which state, as a few letters. */
function contentOf(alerts: readonly Alert[]): string {
  const parts = alerts.map(({ id, state }) => `${id} ${state}`).sort()
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8)
}

/** What fires and is kept quiet only since it follows from another alert, by that alert. */
function followersByCause(entries: readonly Entry[]): Map<string, Entry[]> {
  const found = new Map<string, Entry[]>()
  for (const entry of entries) {
    const { state, cause, silencedBy, inhibitedBy, acknowledged } = entry.alert
    if (state !== 'firing' || cause?.id === undefined || acknowledged) continue
    if (silencedBy.length > 0 || inhibitedBy.length > 0) continue
    found.set(cause.id, [...(found.get(cause.id) ?? []), entry])
  }
  return found
}
