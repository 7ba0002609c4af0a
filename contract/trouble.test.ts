import { describe, expect, it } from 'vitest'
import type { PlannedAction } from './config.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { ConfigStatus } from './state.ts'
import { configTrouble } from './trouble.ts'

const applied: ConfigStatus = {
  status: 'applied',
  files: ['/c/main.hcl'],
  diagnostics: [],
  appliedAt: null,
  revision: 3,
  changed: [],
  pending: null,
}
const error: Diagnostic = {
  severity: 'error',
  code: 'syntax',
  file: '/c/main.hcl',
  line: 7,
  column: 13,
  endLine: 7,
  endColumn: 14,
  message: 'A value is missing.',
}
const pending = (
  actions: PlannedAction['action'][],
  changed = ['/c/main.hcl'],
  total = actions.length,
): ConfigStatus => ({
  ...applied,
  status: 'pending',
  changed,
  pending: {
    since: '2026-01-01T00:00:00Z',
    reason: 'agent.config_reload is "ask"',
    total,
    actions: actions.map((action, index) => ({ service: `s${index}`, action, because: [] })),
  },
})

describe('what is wrong with the configuration', () => {
  it('is nothing as long as the files say what runs', () => {
    expect(configTrouble(applied)).toBeUndefined()
  })

  it('has the place of the first error, how many there are, and what runs meanwhile', () => {
    const warning: Diagnostic = { ...error, severity: 'warning' }
    const told = configTrouble({ ...applied, status: 'invalid', diagnostics: [warning, error, error] })
    expect(told?.headline).toBe('The configuration has 2 errors')
    expect(told?.detail).toBe('/c/main.hcl:7:13: A value is missing. What was applied before goes on running.')
    const first = configTrouble({ ...applied, status: 'invalid', diagnostics: [error], revision: 0 })
    expect(first).toMatchObject({ headline: 'The configuration has an error' })
    expect(first?.detail).toContain('Nothing was started.')
  })

  it('names what applying would do, and why that is not done by itself', () => {
    expect(configTrouble(pending(['restart', 'start', 'restart']))).toEqual({
      headline: 'main.hcl is not applied',
      detail: 'Applying it starts s1, restarts s0 and s2. agent.config_reload is "ask".',
    })
    expect(configTrouble(pending([], ['a', 'b']))).toMatchObject({ headline: '2 files are not applied' })
    expect(configTrouble(pending([]))?.detail).toMatch(/^Applying it touches no service\./)
    expect(configTrouble(pending(Array(5).fill('stop')))?.detail).toMatch(/^Applying it stops 5 services\./)
    expect(configTrouble(pending(['stop'], ['a'], 900))?.detail).toMatch(/^Applying it touches 900 services\./)
  })
})
