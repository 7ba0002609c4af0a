import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { Place, service } from './fixtures/place.ts'

/** `PLAN_EDITS=500 PLAN_SEED=7` for a longer run, or to repeat one. */
const edits = Number(process.env.PLAN_EDITS ?? 20)
const seed = Number(process.env.PLAN_SEED ?? 1)

const caller = { author: 'anna', role: 'admin' as const }
const names = ['a', 'b', 'c', 'd', 'e', 'f']

let place: Place
afterEach(() => place.close())

/** A small generator with a seed: mulberry32. */
function chance(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Written {
  nice: number
  tag: string
  enabled: boolean
  replicas: number
  needs: { service: string; restart: boolean }[]
}

const textOf = (files: ReadonlyMap<string, Written>): string =>
  [...files]
    .map(([name, { nice, tag, enabled, replicas, needs }]) =>
      service(
        name,
        'sleep 1000',
        `nice = ${nice}`,
        `tags = ["${tag}"]`,
        `enabled = ${enabled}`,
        `replicas = ${replicas}`,
        'stop {\n timeout = "2s"\n}',
        ...needs
          .filter((need) => files.has(need.service))
          .map((need) => `depends_on {\n service = "${need.service}"\n restart = ${need.restart}\n}`),
      ),
    )
    .join('')

/** One edit, as a person might make it; a service only ever needs those before it, so that there is no cycle. */
function edit(files: Map<string, Written>, random: () => number): void {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const name = pick(names)
  const fresh: Written = { nice: 0, tag: 'x', enabled: true, replicas: 1, needs: [] }
  const known = files.get(name)
  if (!known || random() < 0.1) {
    if (known) files.delete(name)
    else files.set(name, fresh)
    return
  }
  const earlier = names.slice(0, names.indexOf(name))
  const changes: (() => Partial<Written>)[] = [
    () => ({ nice: Math.floor(random() * 3) }),
    () => ({ tag: pick(['x', 'y', 'z']) }),
    () => ({ enabled: !known.enabled }),
    () => ({ replicas: 1 + Math.floor(random() * 3) }),
    () => ({ needs: earlier.length === 0 ? [] : [{ service: pick(earlier), restart: random() < 0.5 }] }),
  ]
  files.set(name, { ...known, ...pick(changes)() })
}

/** Everything has come to where it stays by itself. */
const isSettled = (): boolean =>
  place.core.listServices().every(({ state }) => !['starting', 'stopping', 'backoff'].includes(state))

/** The process of each instance, if it has one. */
const runs = (): Map<string, number | null> => new Map(place.core.listServices().map(({ name, pid }) => [name, pid]))

it(`does to the processes what the plan says, and to no other, over ${edits} edits from seed ${seed}`, async () => {
  const random = chance(seed)
  const files = new Map<string, Written>()
  place = await Place.open(textOf(files))
  for (let count = 0; count < edits; count += 1) {
    for (let more = 1 + Math.floor(random() * 3); more > 0; more -= 1) edit(files, random)
    const before = runs()
    const { actions } = await place.core.config.apply(
      { files: { 'main.hcl': textOf(files) }, timeoutMs: 60_000, watchMs: 0 },
      caller,
    )
    await place.eventually(isSettled)
    const after = runs()
    const touched = [...new Set([...before.keys(), ...after.keys()])].filter(
      (name) => (before.get(name) ?? null) !== (after.get(name) ?? null),
    )
    const planned = actions.filter(({ action }) => action !== 'update').map(({ service: name }) => name)
    const told = actions.map(({ service: name, action }) => `${name} ${action}`).join(', ')
    const where = `edit ${count} of seed ${seed}: planned ${told}\n${textOf(files)}`
    // A stop of what was at rest, or a start of what has to wait, is named though no process is touched.
    const still = planned.filter((name) => !touched.includes(name))
    expect(
      touched.filter((name) => !planned.includes(name)),
      where,
    ).toEqual([])
    expect(
      still.filter((name) => typeof before.get(name) === 'number'),
      where,
    ).toEqual([])
  }
}, 300_000)

it('names what runs by a file that says something else, without what it says', async () => {
  place = await Place.open(({ file }) => {
    writeFileSync(join(dirname(file), 'secret.txt'), 'one')
    return service('web', 'sleep 1000', 'environment = { PASSWORD = "file:secret.txt" }') + service('db', 'sleep 1000')
  })
  await place.running('web')
  expect((await place.core.config.plan(undefined)).actions).toEqual([])
  const secret = join(dirname(place.file), 'secret.txt')
  writeFileSync(secret, 'two')
  const { actions } = await place.core.config.plan(undefined)
  expect(actions).toEqual([{ service: 'web', action: 'restart', because: [`${secret} says something else`] }])
})
