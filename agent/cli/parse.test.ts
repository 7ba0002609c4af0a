import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { logLevels } from '../../contract/log.ts'
import { logLevelNames } from './levels.ts'
import { collectVariable, readCount, readDuration, readPort, readTime } from './parse.ts'

describe('values of options', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1500],
    ['2d', 172_800_000],
  ])('reads the duration %s', (text, ms) => {
    expect(readDuration(text)).toBe(ms)
  })

  it.each([
    [readDuration, '30'],
    [readDuration, ''],
    [readDuration, '-5s'],
    [readCount, '-1'],
    [readCount, 'many'],
    [readCount, '1e3'],
    [readPort, '65536'],
    [readPort, '80.5'],
    [readTime, 'yesterday'],
    [readTime, '12'],
    [readTime, '2026-13-01'],
  ])('%o refuses %s', (read, text) => {
    expect(() => read(text)).toThrow(InvalidArgumentError)
  })

  it.each(['10m', '1h30m', '2026-03-01', '2026-03-01T12:00:00Z'])('takes the time %s as it is', (text) => {
    expect(readTime(text)).toBe(text)
  })

  it('keeps what follows the first equals sign of a variable', () => {
    expect({ ...collectVariable('A=b=c', undefined) }).toEqual({ A: 'b=c' })
    expect(() => collectVariable('=b', undefined)).toThrow(InvalidArgumentError)
  })

  it('takes __proto__ as a name', () => {
    expect(Object.keys(collectVariable('__proto__=x', undefined))).toEqual(['__proto__'])
  })

  it('knows the levels of the contract', () => {
    expect(logLevelNames).toEqual(logLevels)
  })
})
