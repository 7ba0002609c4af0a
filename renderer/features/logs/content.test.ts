import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../../contract/index.ts'
import { contentOf } from './content.ts'

const line = (fields?: Record<string, unknown>): LogLine => ({
  seq: 1,
  time: '2026-01-01T00:00:00Z',
  stream: 'stdout',
  level: 'info',
  text: 'as written',
  service: 'web',
  ...(fields && { fields }),
})

describe('contentOf', () => {
  it('shows a plain line as it is', () => {
    expect(contentOf(line())).toEqual({ message: 'as written', fields: [] })
  })

  it('puts the message of a JSON line first', () => {
    const content = contentOf(line({ level: 'warn', ts: 1, msg: 'slow', ms: 12, user: { id: 1 } }))
    expect(content).toEqual({
      message: 'slow',
      fields: [
        ['ms', '12'],
        ['user', '{"id":1}'],
      ],
    })
  })

  it('shows the members of a JSON line without a message', () => {
    expect(contentOf(line({ a: null }))).toEqual({ message: '', fields: [['a', 'null']] })
  })
})
