import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ConfigApplied } from '../../contract/index.ts'
import { Place, service } from './fixtures/place.ts'

let place: Place

afterEach(() => place.close())

const caller = { author: 'anna', role: 'admin' as const }
const sleep = (name: string, ...more: string[]): string => service(name, 'sleep 1000', ...more)
const apply = (hcl: string | null, more: { watchMs?: number; revision?: number } = {}): Promise<ConfigApplied> =>
  place.core.config.apply({ files: { 'main.hcl': hcl }, timeoutMs: 60_000, watchMs: 0, ...more }, caller)
const pids = (): Record<string, number | null> =>
  Object.fromEntries(place.core.listServices().map(({ name, pid }) => [name, pid]))

describe('a plan', () => {
  it('names what would start, stop, restart and change in place, and why', async () => {
    place = await Place.open(sleep('a') + sleep('b') + sleep('c') + sleep('d', 'tags = ["x"]'))
    for (const name of ['a', 'b', 'c', 'd']) await place.running(name)
    const before = pids()
    const hcl = sleep('a') + sleep('b', 'nice = 1') + sleep('d', 'tags = ["y"]') + sleep('e')
    const { actions } = await place.core.config.plan({ 'main.hcl': hcl })
    expect(actions).toEqual([
      { service: 'c', action: 'stop', because: ['it is no longer in the files'] },
      { service: 'b', action: 'restart', because: ['nice = 1'] },
      { service: 'd', action: 'update', because: ['tags: ["x"] → ["y"]'] },
      { service: 'e', action: 'start', because: ['it is new'] },
    ])
    expect(pids()).toEqual(before)
  })

  it('names dependents that restart with what changes, and those that need wait no longer', async () => {
    const dependent = 'depends_on {\n service = "base"\n restart = true\n}'
    place = await Place.open(
      sleep('base') +
        sleep('off', 'autostart = false') +
        sleep('with', dependent) +
        sleep('waits', 'depends_on = ["off"]'),
    )
    await place.running('with')
    await place.until('waits', ({ state }) => state === 'waiting')
    const hcl =
      sleep('base', 'nice = 1') + sleep('off') + sleep('with', dependent) + sleep('waits', 'depends_on = ["off"]')
    const { actions } = await place.core.config.plan({ 'main.hcl': hcl })
    expect(actions.map(({ service, action }) => `${service} ${action}`).sort()).toEqual([
      'base restart',
      'off start',
      'waits start',
      'with restart',
    ])
    await apply(hcl)
    await place.running('waits')
    await place.running('with')
  })

  it('never shows a secret', async () => {
    place = await Place.open(sleep('a', 'environment = { API_TOKEN = "canary-1" }'))
    const { actions } = await place.core.config.plan({
      'main.hcl': sleep('a', 'environment = { API_TOKEN = "canary-2" }'),
    })
    expect(actions).toHaveLength(1)
    expect(JSON.stringify(actions)).not.toContain('canary')
  })
})

describe('an apply', () => {
  it('writes the files, does what was planned, and leaves the rest alone', async () => {
    place = await Place.open(sleep('a') + sleep('b'))
    const before = [await place.running('a'), await place.running('b')].map(({ pid }) => pid)
    const hcl = `# kept\n${sleep('a')}${sleep('b', 'nice = 2')}`
    const { actions, revision } = await apply(hcl)
    expect(actions.map(({ service, action }) => [service, action])).toEqual([['b', 'restart']])
    expect(readFileSync(place.file, 'utf8')).toBe(hcl)
    expect(place.core.config.status()).toMatchObject({ status: 'applied', revision })
    expect(place.service('a').pid).toBe(before[0])
    expect(place.service('b')).toMatchObject({ state: 'running' })
    expect(place.service('b').pid).not.toBe(before[1])
  })

  it('changes nothing when a file has an error', async () => {
    place = await Place.open(sleep('a'))
    await place.running('a')
    const before = { text: readFileSync(place.file, 'utf8'), pids: pids(), status: place.core.config.status() }
    await expect(apply('service "a" {\n  comand = "x"\n}\n')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(
      place.core.config.apply({ files: { '../out.hcl': '' }, timeoutMs: 1000, watchMs: 0 }, caller),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    expect({ text: readFileSync(place.file, 'utf8'), pids: pids(), status: place.core.config.status() }).toEqual(before)
    expect(existsSync(join(place.folder, 'out.hcl'))).toBe(false)
  })

  it('is refused when another revision runs than the one it was made for', async () => {
    place = await Place.open(sleep('a'))
    const { revision } = place.core.config.status()
    await apply(sleep('a', 'nice = 1'), { revision })
    await expect(apply(sleep('a', 'nice = 2'), { revision })).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('is taken back when a service that it touched fails while it is watched', async () => {
    place = await Place.open(sleep('a') + sleep('b'))
    const { pid } = await place.running('b')
    const text = readFileSync(place.file, 'utf8')
    const broken = service('a', 'false', 'restart {\n policy = "never"\n}') + sleep('b')
    const { reverted } = await apply(broken, { watchMs: 60_000 })
    expect(reverted).toContain('a: ')
    expect(readFileSync(place.file, 'utf8')).toBe(text)
    await place.running('a')
    expect(place.service('b').pid).toBe(pid)
    const [newest] = await place.core.config.history({ limit: 1 })
    expect(newest).toMatchObject({ kind: 'revert', author: 'anna' })
  })

  it('is taken back when a service that it touched does not answer any more, and not for one that did not before', async () => {
    const checked = (command: string, more = ''): string =>
      service('a', 'sleep 1000', `health_check {\n command = "${command}"\n interval = "100ms"\n retries = 1\n}`, more)
    place = await Place.open(checked('true'))
    await place.until('a', ({ health }) => health === 'healthy')
    const { reverted } = await apply(checked('false', 'nice = 1'), { watchMs: 60_000 })
    expect(reverted).toMatch(/^a is unhealthy: /)
    await place.until('a', ({ health }) => health === 'healthy')
    await apply(checked('false'))
    await place.until('a', ({ health }) => health === 'unhealthy')
    const answer = await apply(checked('false', 'description = "changed in place"'), { watchMs: 300 })
    expect(answer.reverted).toBeUndefined()
  })

  it('that an agent did not finish is taken back by the next one', async () => {
    place = await Place.open(sleep('a'))
    const text = readFileSync(place.file, 'utf8')
    await place.end('keep')
    writeFileSync(join(place.dataDir, 'apply.json'), JSON.stringify({ [place.file]: text }))
    place.write('service "half" {\n')
    await place.begin()
    expect(readFileSync(place.file, 'utf8')).toBe(text)
    expect(existsSync(join(place.dataDir, 'apply.json'))).toBe(false)
  })

  it('takes several at once one after the other', async () => {
    place = await Place.open(sleep('a'))
    const all = await Promise.all([1, 2, 3].map((nice) => apply(sleep('a', `nice = ${nice}`))))
    const revisions = all.map(({ revision }) => revision)
    expect(new Set(revisions).size).toBe(3)
    expect(place.core.config.status().revision).toBe(Math.max(...revisions))
    expect(readFileSync(place.file, 'utf8')).toContain('nice = 3')
  })
})

describe('the history', () => {
  it('keeps who changed what, over a restart of the agent, and leads back', async () => {
    place = await Place.open(sleep('a'))
    const first = place.core.config.status().revision
    const { revision } = await apply(sleep('a', 'nice = 1') + sleep('b'))
    await place.end('keep')
    await place.begin()
    expect(place.core.config.status().revision).toBe(revision)
    const entries = await place.core.config.history({ limit: 10 })
    expect(entries.map((entry) => [entry.revision, entry.kind, entry.author])).toEqual([
      [revision, 'apply', 'anna'],
      [first, 'files', expect.any(String)],
    ])
    const back = await place.core.config.rollback({ revision: first, timeoutMs: 60_000 }, caller)
    expect(back.actions.map(({ service, action }) => `${service} ${action}`).sort()).toEqual(['a restart', 'b stop'])
    expect(readFileSync(place.file, 'utf8')).toBe(sleep('a'))
    expect((await place.core.config.revision(back.revision)).texts[place.file]).toBe(sleep('a'))
    await expect(place.core.config.revision(99)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('numbers what was changed in an editor as well', async () => {
    place = await Place.open(sleep('a'))
    const { revision } = place.core.config.status()
    await place.reload(sleep('a'))
    expect(place.core.config.status().revision).toBe(revision)
    await place.reload(sleep('a', 'nice = 1'))
    expect(place.core.config.status().revision).toBe(revision + 1)
  })
})
