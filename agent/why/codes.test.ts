import { describe, expect, it } from 'vitest'
import { describeExitCode } from './codes.ts'
import { describeSignal, signalName } from './signals.ts'
import { bytes, list, lower, processName, programName } from './words.ts'

describe('codes', () => {
  it.each([
    [1, 'node', 'an error that nothing caught'],
    [5, '/usr/bin/node', 'a fatal error of V8'],
    [6, 'node', 'a broken handler of uncaught errors'],
    [7, 'node', 'an error inside the handler of uncaught errors'],
    [9, 'node', 'an option that Node does not know'],
    [13, 'node', 'an await at the top level that never came to an end'],
    [1, 'python3.11', 'an exception that nothing caught'],
    [126, 'sh', 'found, but not something that can be run'],
    [127, 'sh', 'command not found'],
    [137, 'sh', 'ended by SIGKILL: killed by force, which no program can refuse'],
    [143, 'java', 'ended by SIGTERM: asked to end'],
    [78, 'anything', 'a mistake in its configuration'],
    [255, 'ssh', 'a general failure, also what ssh says of a lost connection'],
    [1, './app', undefined],
    [42, './app', undefined],
    [200, './app', undefined],
  ])('%i of %s means %s', (code, program, meaning) => {
    expect(describeExitCode(code, program)).toBe(meaning)
  })

  it('knows signals by name and number', () => {
    expect(describeSignal('SIGSEGV')).toBe('SIGSEGV (reached for memory that is not its own)')
    expect(describeSignal('SIGRTMIN')).toBe('SIGRTMIN')
    expect(signalName(9)).toBe('SIGKILL')
  })
})

describe('words', () => {
  it.each([
    [256 * 2 ** 20, '256 MiB'],
    [100e6, '100 MB'],
    [2 ** 30, '1 GiB'],
    [123_456_789, '123 MB'],
    [1_500_000_001, '1.5 GB'],
    [17, '17 bytes'],
    [-1, 'an unknown size'],
  ])('%d bytes are %s', (count, words) => {
    expect(bytes(count)).toBe(words)
  })

  it('lists with an end', () => {
    expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c', 'd'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and 2 more',
    ])
  })

  it('keeps the letters of names inside a sentence', () => {
    expect(['Exited', 'SIGTERM ignored', 'A process', '/srv x', ''].map(lower)).toEqual([
      'exited',
      'SIGTERM ignored',
      'a process',
      '/srv x',
      '',
    ])
  })

  it.each([
    ['node', 'node --inspect worker.js', 'worker.js', 'node'],
    ['MainThread', '/usr/bin/node /srv/worker.js', 'worker.js', 'node'],
    ['python3', 'python3 -m http.server', 'python3', 'python3'],
    ['sh', 'sh -c sleep 5; echo', 'sh', 'sh'],
    ['nginx', 'nginx: master process /usr/sbin/nginx', 'nginx', 'nginx'],
    ['kworker', '', 'kworker', 'kworker'],
    ['', '', 'a process', 'a process'],
  ])('calls %s as in "%s" %s', (name, command, shown, program) => {
    expect(processName({ name, command })).toBe(shown)
    expect(programName({ name, command })).toBe(program)
  })
})
