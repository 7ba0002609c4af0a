import { expect, test } from 'vitest'
import type { RunRecord } from '../store/index.ts'
import { type FoundProcess, planRecovery } from './recovery.ts'

const record = (cookie: string, change: Partial<RunRecord> = {}): RunRecord => ({
  cookie,
  instance: 'web',
  service: 'web',
  replica: null,
  generation: 3,
  pid: 100,
  startTime: '7',
  bootId: 'this-boot',
  startedAtMs: 0,
  runFingerprint: 'f',
  stopping: false,
  statusFile: null,
  restarts: 0,
  ...change,
})
const alive = (cookie: string, pid = 100, startTime = '7', sessionId = pid): FoundProcess => ({
  pid,
  sessionId,
  startTime,
  cookie,
})
const owner = (cookie: string) => (cookie.startsWith('web') ? { instance: 'web', owner: 'web' } : undefined)
const plan = (records: RunRecord[], processes: FoundProcess[]) => planRecovery(records, processes, 'this-boot', owner)

test('adopts what still runs as its record says', () => {
  const { adopt, end, forget } = plan([record('web.1')], [alive('web.1'), alive('web.1', 101, '8', 100)])
  expect(adopt).toMatchObject([{ owner: 'web', cookie: 'web.1', leader: { pid: 100 } }])
  expect({ end, forget }).toEqual({ end: [], forget: [] })
})

test('adopts a process that was started and never recorded', () => {
  const { adopt } = plan([record('web.1', { pid: null, startTime: null })], [alive('web.1', 55, '9')])
  expect(adopt).toMatchObject([{ cookie: 'web.1', leader: { pid: 55 } }])
})

test('adopts a child that has its output and has not come to its exec, in the session of its agent still', () => {
  const unborn = { ...alive('web.1', 55, '9', 40), isUnborn: true as const }
  const { adopt, forget } = plan([record('web.1', { pid: null, startTime: null })], [unborn])
  expect(adopt).toMatchObject([{ cookie: 'web.1', leader: { pid: 55 } }])
  expect(forget).toEqual([])
})

test('forgets a start that was recorded and never carried out', () => {
  expect(plan([record('web.1', { pid: null, startTime: null })], [])).toEqual({ adopt: [], end: [], forget: ['web.1'] })
})

test('takes over a run whose leader ended, so that its end is judged', () => {
  const { adopt } = plan([record('web.1')], [])
  expect(adopt).toMatchObject([{ cookie: 'web.1', leader: undefined, members: [] }])
})

test('does not take another process of the same pid for the leader', () => {
  const { adopt } = plan([record('web.1')], [alive('web.1', 100, 'later')])
  expect(adopt).toMatchObject([{ leader: undefined }])
})

test('keeps one copy, the one that lives', () => {
  const { adopt, end, forget } = plan([record('web.1')], [alive('web.2', 60, '9')])
  expect(adopt.map(({ cookie }) => cookie)).toEqual(['web.2'])
  expect({ end, forget }).toEqual({ end: [], forget: ['web.1'] })
})

test('ends what no service owns', () => {
  const { adopt, end } = plan([], [alive('gone.1')])
  expect(adopt).toEqual([])
  expect(end).toMatchObject([{ pid: 100 }])
})

test('signals nothing on the word of a record from before a reboot', () => {
  expect(plan([record('web.1', { bootId: 'another' })], [])).toEqual({ adopt: [], end: [], forget: ['web.1'] })
})
