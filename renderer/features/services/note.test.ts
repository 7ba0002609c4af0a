import { describe, expect, it } from 'vitest'
import { service } from '../../store/samples.ts'
import { noteOf } from './note.ts'

const nowMs = Date.parse('2026-01-01T10:00:00Z')
const why = { sentence: 'Exited with code 1', chain: [], fixes: [] }
const reason = { code: 'x', text: 'Exited 0' }

describe('noteOf', () => {
  it.each([
    ['nothing for what runs', {}, ''],
    [
      'what was when its host was heard last',
      { lastHeardAt: '2025-01-01T10:00:00Z' },
      expect.stringMatching(/^since .*2025.*, was running$/),
    ],
    ['the sentence of what is wrong', { state: 'failed', why }, 'Exited with code 1'],
    ['the reason of what was stopped', { state: 'stopped' }, 'Started by mira'],
    [
      'the seconds to the next try',
      { state: 'backoff', why, nextStartAt: '2026-01-01T10:00:13.200Z' },
      'Again in 14 s. Exited with code 1',
    ],
    [
      'a try that is due',
      { state: 'backoff', why, nextStartAt: '2026-01-01T09:59:59Z' },
      'Again now. Exited with code 1',
    ],
    ['the next run of a schedule', { state: 'waiting', nextStartAt: '2026-01-01T14:15:00Z' }, 'Next run 14:15'],
    ['both ends of a run', { state: 'completed', reason, nextStartAt: '2026-01-02T02:00:00Z' }, 'Exited 0, next 02:00'],
  ] as const)('says %s', (_, part, text) => {
    expect(noteOf(service({ name: 'web', ...part }), nowMs)).toEqual(text)
  })
})
