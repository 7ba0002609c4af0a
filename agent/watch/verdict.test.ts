import { describe, expect, it } from 'vitest'
import { changedFiles, isSame, patienceMs, type Reading, verdictOn, whyAsk } from './verdict.ts'

const reading = (more: Partial<Reading>): Reading => ({
  hasErrors: false,
  before: ['web', 'db'],
  after: ['web', 'db'],
  quietMs: 300,
  overdue: false,
  ...more,
})

describe('what is on disk', () => {
  it('is taken when it is whole', () => {
    expect(verdictOn(reading({})).act).toBe('take')
    expect(verdictOn(reading({ after: ['web', 'db', 'new'] })).act).toBe('take')
  })

  it('is waited for when it has errors, and told when it has them still', () => {
    expect(verdictOn(reading({ hasErrors: true }))).toMatchObject({ act: 'wait', neededMs: patienceMs })
    expect(verdictOn(reading({ hasErrors: true, quietMs: patienceMs })).act).toBe('tell')
    expect(verdictOn(reading({ hasErrors: true, quietMs: 0, overdue: true })).act).toBe('tell')
  })

  it('is waited for when services are missing, however long it changes already', () => {
    expect(verdictOn(reading({ after: ['web'] })).act).toBe('wait')
    expect(verdictOn(reading({ after: [], overdue: true, quietMs: 0 })).act).toBe('wait')
    expect(verdictOn(reading({ after: ['web'], quietMs: patienceMs })).act).toBe('take')
  })
})

describe('taking over by itself', () => {
  const base = { setting: 'auto', testMode: false, before: ['web'], after: ['web'] } as const

  it('happens unless the configuration that runs says to ask', () => {
    expect(whyAsk(base)).toBeUndefined()
    expect(whyAsk({ ...base, setting: 'ask' })).toContain('config_reload')
    expect(whyAsk({ ...base, testMode: true })).toContain('--mode test')
  })

  it('never takes away every service', () => {
    expect(whyAsk({ ...base, after: [] })).toBe('No service is left in the files, and one runs by them')
    expect(whyAsk({ ...base, before: [], after: [] })).toBeUndefined()
  })

  it('happens for the first good configuration, whatever that says', () => {
    expect(whyAsk({ ...base, setting: undefined, before: [] })).toBeUndefined()
  })
})

describe('files that are others', () => {
  const running = { files: { '/a': '1', '/b': '2' }, folders: { '/': 'x' } }

  it('are those with another content, the new and the missing', () => {
    expect(changedFiles(running, { files: { '/a': '1', '/c': '3' }, folders: {} })).toEqual(['/b', '/c'])
    expect(changedFiles(running, { files: { '/a': '9', '/b': '2' }, folders: {} })).toEqual(['/a'])
    expect(changedFiles(undefined, running)).toEqual(['/a', '/b'])
  })

  it('are none where one that was not there still is not', () => {
    expect(changedFiles(running, { files: { ...running.files, '/later': null }, folders: {} })).toEqual([])
  })

  it('are looked for where a name in a folder came or went', () => {
    expect(isSame(running, { ...running })).toBe(true)
    expect(isSame(running, { ...running, folders: { '/': 'y' } })).toBe(false)
  })
})
