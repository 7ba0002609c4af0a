import { expect, test } from 'vitest'
import { doubtMs, noVoice, type SpeakerFacts, takeOverMs, type Voice, voiceOf } from './speaker.ts'

const hostOf = (id: string, more: Partial<SpeakerFacts> = {}): SpeakerFacts => ({
  id,
  name: `host-${id}`,
  state: 'connected',
  self: false,
  ...more,
})
const self = hostOf('m', { self: true })
const lost = { state: 'unreachable' } as const
const unheard = { ...lost, connectionLost: true } as const

/** Who speaks after each of these looks, which are as far apart as it takes to take over. */
function voices(looks: readonly (readonly SpeakerFacts[])[], stepMs = takeOverMs): Voice[] {
  let voice = noVoice
  return looks.map((others, at) => {
    voice = voiceOf(voice, [self, ...others], at * stepMs)
    return voice
  })
}
const whos = (...args: Parameters<typeof voices>): string[] => voices(args[0], args[1]).map(({ who }) => who)

test('the heard host with the lowest id speaks, and its name is the reason of all others', () => {
  const [voice] = voices([[hostOf('z'), hostOf('c'), hostOf('b'), hostOf('a', lost)]])
  expect(voice).toMatchObject({ who: 'other', why: 'told by host-b, the first of the hosts that are heard' })
  expect(whos([[hostOf('z')], [hostOf('z')]])).toEqual(['unsettled', 'self'])
})

test('the next one speaks when the speaker is lost for a while, and no more when it is back', () => {
  const there = [hostOf('a')]
  const away = [hostOf('a', lost)]
  expect(whos([there, away, away, there])).toEqual(['other', 'unsettled', 'self', 'other'])
  expect(whos([there, away, there, away, there], takeOverMs / 2)).toEqual([
    'other',
    'unsettled',
    'other',
    'unsettled',
    'other',
  ])
})

test('who hears nobody goes on as before', () => {
  const deaf = [hostOf('a', unheard)]
  expect(whos([deaf, deaf])).toEqual(['unsettled', 'unsettled'])
  expect(whos([[hostOf('a')], deaf, deaf])).toEqual(['other', 'other', 'other'])
  expect(whos([[hostOf('a', lost)], [hostOf('a', lost)], deaf])).toEqual(['unsettled', 'self', 'self'])
})

test('of a thousand hosts that hear each other one speaks', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => String(index).padStart(4, '0'))
  const speakers = ids.filter((own) => {
    const hosts = ids.map((id) => hostOf(id, { self: id === own, ...(id === '0000' ? lost : {}) }))
    if (own === '0000') return false
    return voiceOf(voiceOf(noVoice, hosts, 0), hosts, doubtMs).who === 'self'
  })
  expect(speakers).toEqual(['0001'])
})
