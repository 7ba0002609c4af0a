import { describe, expect, it } from 'vitest'
import { service } from '../../store/samples.ts'
import { nextSort, parseSort, sortServices } from './sort.ts'

const items = [
  service({ name: 'web10', startedAt: '2026-01-02T00:00:00Z', restarts: 2 }),
  service({ name: 'web9', state: 'failed', startedAt: null }),
  service({ name: 'db', startedAt: '2026-01-01T00:00:00Z' }),
]
const usage = new Map([['web10', { cpuPercent: 3, memoryBytes: 5 }]])
const names = (text: string): string[] => sortServices(items, parseSort(text), usage).map(({ name }) => name)

describe('sortServices', () => {
  it.each([
    ['', ['db', 'web9', 'web10']],
    ['-name', ['web10', 'web9', 'db']],
    ['state', ['web9', 'db', 'web10']],
    ['uptime', ['db', 'web10', 'web9']],
    ['cpu', ['web10', 'db', 'web9']],
    ['restarts', ['web10', 'db', 'web9']],
    ['pid', ['db', 'web9', 'web10']],
    ['nonsense', ['db', 'web9', 'web10']],
  ])('sorts by "%s"', (text, expected) => {
    expect(names(text)).toEqual(expected)
  })
})

describe('nextSort', () => {
  it('turns the direction on a second click', () => {
    expect([nextSort('', 'cpu'), nextSort('cpu', 'cpu'), nextSort('-cpu', 'cpu')]).toEqual(['cpu', '-cpu', 'cpu'])
  })

  it('comes back to the names without a trace in the address', () => {
    expect(nextSort('cpu', 'name')).toBe('')
  })
})
