import { describe, expect, it } from 'vitest'
import { beatOf } from './fixtures/beat.ts'
import { encode, type Heartbeat } from './message.ts'
import { heartbeatEveryMs, Presence } from './presence.ts'
import { Roster } from './roster.ts'
import { hostOfSubject, subjectsOf } from './subjects.ts'

const beat = (id: string, more: Partial<Heartbeat> = {}): Uint8Array => encode(beatOf(id, more))

const longestSilenceMs = heartbeatEveryMs * 3

function watched() {
  const turns: string[] = []
  const presence = new Presence('laptop', {
    turned: (id, { state }, restarted) => {
      if (id !== 'laptop') turns.push(`${id} ${restarted ? 'restarted' : state}`)
    },
    silent: (isSilent) => turns.push(isSilent ? 'deaf' : 'hears'),
    changed: () => undefined,
  })
  const roster = new Roster({
    presence,
    clock: { nowMs: () => 0, monotonicMs: () => 0, after: () => () => undefined },
    id: 'laptop',
    self: () => ({ name: 'laptop', version: '1.0.0' }),
    report: () => beatOf('laptop'),
    breakerOf: () => ({ breaker: 'closed' }),
  })
  const hear = (atMs: number, ...ids: readonly string[]): void => {
    for (const id of ids) presence.heard(id, beat(id), atMs, atMs)
  }
  return { presence, turns, roster, hear }
}

describe('a host that says nothing', () => {
  it('is taken for away after three words missed, and no sooner, while this one hears itself', () => {
    const { presence, turns, hear } = watched()
    hear(0, 'laptop', 'atlas')
    for (let atMs = heartbeatEveryMs; atMs <= longestSilenceMs; atMs += heartbeatEveryMs) {
      hear(atMs, 'laptop')
      presence.look(atMs, atMs)
    }
    expect(turns).toEqual(['hears', 'atlas connected'])
    presence.look(longestSilenceMs + 1, 0)
    expect(turns.at(-1)).toBe('atlas unreachable')
    hear(20_000, 'atlas')
    expect(turns.at(-1)).toBe('atlas connected')
  })

  it.each(['the server stands still', 'the connection has gone'])(
    'is not taken for away when %s, and has all the usual time after',
    (reason) => {
      const { presence, turns, roster, hear } = watched()
      hear(0, 'laptop', 'atlas')
      if (reason === 'the connection has gone') presence.deafen()
      for (let atMs = 0; atMs <= 600_000; atMs += heartbeatEveryMs / 2) presence.look(atMs, atMs)
      expect(turns.filter((turn) => turn.startsWith('atlas'))).toEqual(['atlas connected'])
      expect(roster.find('atlas')).toMatchObject({ state: 'unreachable', connectionLost: true })
      expect(roster.find('atlas').notes.join()).toContain('connection to the server of the fleet is lost')
      hear(600_000, 'laptop')
      presence.look(600_000 + heartbeatEveryMs, 0)
      hear(600_000 + longestSilenceMs, 'laptop')
      presence.look(600_000 + longestSilenceMs, 0)
      expect(turns.filter((turn) => turn.startsWith('atlas'))).toEqual(['atlas connected'])
      presence.look(600_001 + longestSilenceMs, 0)
      expect(turns.at(-1)).toBe('atlas unreachable')
      expect(roster.find('atlas').connectionLost).toBeUndefined()
    },
  )
})

describe('presence', () => {
  it('knows at once of one that leaves, and of one that has been started again', () => {
    const { presence, turns } = watched()
    presence.heard('atlas', beat('atlas'), 0, 0)
    presence.heard('atlas', beat('atlas', { boot: 'b2' }), 1, 1)
    presence.heard('atlas', beat('atlas', { boot: 'b2', leaving: true }), 2, 2)
    expect(turns).toEqual(['atlas connected', 'atlas restarted', 'atlas unreachable'])
  })

  it('takes no word that was said in the name of another host', () => {
    const { presence, turns } = watched()
    presence.heard('borea', beat('atlas'), 0, 0)
    expect(turns).toEqual([])
    expect(hostOfSubject('hxe', subjectsOf('hxe').heartbeat('borea'))).toBe('borea')
  })
})

describe('names of hosts', () => {
  it('are those that they give themselves, and never the same for two', () => {
    const { presence, roster } = watched()
    presence.heard('bbbbbbbb', beat('bbbbbbbb', { name: 'twin' }), 0, 0)
    expect(roster.find('twin').id).toBe('bbbbbbbb')
    presence.heard('cccccccc', beat('cccccccc', { name: 'twin' }), 0, 0)
    expect(roster.all().map(({ name }) => name)).toEqual(['laptop', 'twin~bbbbbb', 'twin~cccccc'])
    expect(roster.find('twin~cccccc').id).toBe('cccccccc')
    expect(() => roster.find('twin')).toThrow('There is no host twin')
    presence.heard('cccccccc', beat('cccccccc', { name: 'borea' }), 1, 1)
    expect(roster.find('twin').id).toBe('bbbbbbbb')
  })

  it('of this host and of another one are told apart as well', () => {
    const { presence, roster } = watched()
    presence.heard('dddddddd', beat('dddddddd', { name: 'laptop' }), 0, 0)
    expect(roster.all().map(({ name }) => name)).toEqual(['laptop~laptop', 'laptop~dddddd'])
    expect(roster.find('laptop~dddddd').notes.join()).toContain('Another host is called laptop')
  })
})

describe('a host of another version', () => {
  it('is seen, with what that means', () => {
    const { presence, roster } = watched()
    presence.heard('atlas', beat('atlas', { v: 2, version: '9.0.0' }), 0, 0)
    presence.heard('borea', beat('borea', { version: '1.0.1' }), 0, 0)
    expect(roster.find('atlas').notes.join()).toContain("speaks version 2 of the fleet's language")
    expect(roster.find('borea').notes.join()).toContain('runs version 1.0.1, this one 1.0.0')
  })
})
