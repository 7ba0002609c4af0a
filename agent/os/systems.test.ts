import { describe, expect, it } from 'vitest'
import { parsePs, parseTime } from './darwin.ts'
import { requireSignal, signalName, signalNumber } from './signals.ts'
import { parseProcesses } from './win32.ts'

describe('the listing of macOS', () => {
  const table = [
    '  812     1   812 Ss   ada     10240   1:02.50 Mon Nov 24 09:00:00 2025 node',
    '  900   812   812 S    ada      2048   0:00.01 Mon Nov  3 09:00:01 2025 my helper',
    '  901   812   812 Z    ada         0   0:00.00 Mon Nov 24 09:00:02 2025 (gone)',
  ].join('\n')
  const commands = '  812 node server.js PATH=/bin HXE_INSTANCE=web:1 HOME=/Users/ada\n  900 my helper\n'

  it('gives rows with cookie, command and start, zombies left out', () => {
    const rows = parsePs(table, commands)
    expect(rows).toHaveLength(2)
    expect(rows[0]).toMatchObject({
      pid: 812,
      parentPid: 1,
      sessionId: 812,
      startTime: String(Date.UTC(2025, 10, 24, 9) / 1000),
      cookie: 'web:1',
      command: 'node server.js',
      memoryBytes: 10_485_760,
      cpuTimeMs: 62_500,
    })
    expect(rows[1]).toMatchObject({ name: 'my helper' })
    expect(rows[1]).not.toHaveProperty('cookie')
  })

  it('reads times with hours and days', () => {
    expect(parseTime('2:03.45')).toBe(123_450)
    expect(parseTime('1:02:03.00')).toBe(3_723_000)
    expect(parseTime('1-02:03:04')).toBe(93_784_000)
  })
})

describe('the listing of Windows', () => {
  it('gives rows with absolute starts', () => {
    const [row] = parseProcesses('812\t4\t133000000000000000\t6\t4096\t20000\tnode.exe\tnode.exe server.js\r\n\r\n')
    expect(row).toMatchObject({ pid: 812, parentPid: 4, startTime: '133000000000000000', threads: 6, cpuTimeMs: 2 })
    expect(row?.startedAtMs).toBe(1_655_526_400_000)
  })
})

describe('signals', () => {
  it('have one name each, in both directions', () => {
    expect(signalName(15)).toBe('SIGTERM')
    expect(signalName(6)).toBe('SIGABRT')
    expect(signalNumber('TERM')).toBe(15)
    expect(signalName(requireSignal('SIGRTMIN+3'))).toBe('SIGRTMIN+3')
    expect(() => requireSignal('SIGNOPE')).toThrow('not a signal')
  })
})
