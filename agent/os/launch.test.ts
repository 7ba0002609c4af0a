import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noGroup, planLaunch } from './launch.ts'
import type { SpawnRequest } from './platform.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hxe-launch-'))
  writeFileSync(join(folder, 'tool'), '#!/usr/bin/env -S node --no-warnings\n')
  chmodSync(join(folder, 'tool'), 0o755)
})
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))

const request = (more: Partial<SpawnRequest> = {}): SpawnRequest => ({
  instance: 'web',
  argv: ['/bin/sh', '-c', 'true'],
  env: { PATH: '/usr/bin:/bin' },
  stdoutFd: 1,
  stderrFd: 2,
  ...more,
})

describe('a launch', () => {
  it('executes the program itself when nothing is to be set', () => {
    expect(planLaunch(request(), noGroup)).toEqual({
      path: '/bin/sh',
      argv: ['/bin/sh', '-c', 'true'],
      program: '/bin/sh',
      prefixed: false,
      notes: [],
    })
  })

  it('never writes a value into the text of its shell', () => {
    const evil = '"; touch /tmp/never; "$(id)'
    const share = { ...noGroup, join: [evil] }
    const { argv } = planLaunch(request({ umask: 0o22, statusFile: evil, argv: ['/bin/sh', evil] }), share)
    expect(argv[2]).not.toContain('never')
    expect(argv.filter((word) => word === evil)).toHaveLength(3)
  })

  it('says what of a memory limit it cannot give, and spares runtimes an address space limit', () => {
    const limits = { memoryBytes: 256 * 1024 * 1024 }
    const shell = planLaunch(request({ limits }), noGroup)
    expect(shell.notes.join()).toContain('ulimit -v')
    expect(shell.argv).toContain('262144')
    const tool = planLaunch(request({ limits, argv: [join(folder, 'tool')] }), noGroup)
    expect(tool.notes.join()).toContain('node cannot run under ulimit -v')
    expect(tool.prefixed).toBe(false)
  })

  it('leaves to a control group what that takes over', () => {
    const limits = { memoryBytes: 1e8, cpuCores: 1, pids: 10 }
    const share = { join: ['/sys/fs/cgroup/x/cgroup.procs'], memory: true, cpu: true, pids: true }
    const { notes, argv } = planLaunch(request({ limits }), share)
    expect(notes).toEqual([])
    expect(argv[2]).not.toContain('ulimit')
  })
})
