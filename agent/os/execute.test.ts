import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { execute } from './execute.ts'
import { cookieVariable, listPids, variableIn } from './linux/proc.ts'
import { until } from './testing.ts'

const base = { env: { PATH: process.env.PATH ?? '' }, cwd: tmpdir(), timeoutMs: 10_000 }

const carriers = (cookie: string): number[] =>
  listPids().filter((pid) => {
    try {
      return variableIn(readFileSync(`/proc/${pid}/environ`), cookieVariable) === cookie
    } catch {
      // Ended, or a process of the kernel.
      return false
    }
  })

describe('a short command', () => {
  it('gives its code and both outputs', async () => {
    const chunks: string[] = []
    const onOutput = (stream: string, chunk: Buffer) => chunks.push(`${stream}:${chunk}`)
    const result = await execute({ ...base, argv: ['sh', '-c', 'echo out; echo err >&2; exit 3'], onOutput })
    expect(result).toMatchObject({ exitCode: 3, signal: null, timedOut: false })
    expect(chunks.sort()).toEqual(['stderr:err\n', 'stdout:out\n'])
    expect(result.output).toContain('out\n')
  })

  it('is text for the shell only when that is asked for', async () => {
    expect((await execute({ ...base, argv: ['echo', '$HOME; ls'] })).output).toBe('$HOME; ls\n')
    expect((await execute({ ...base, argv: ['echo $((1 + 1))'], shell: true })).output).toBe('2\n')
  })

  it('has the environment that it is given and no other', async () => {
    const { output } = await execute({ ...base, argv: ['env'], env: { PATH: '/usr/bin:/bin', ONLY: 'this' } })
    expect(output.trim().split('\n').sort()).toEqual(['ONLY=this', 'PATH=/usr/bin:/bin'])
  })

  it('is ended with all it started when its time is up, even if it ignores SIGTERM', async () => {
    const cookie = `execute:${process.pid}:slow`
    const env = { ...base.env, HXE_INSTANCE: cookie }
    const script = 'trap "" TERM; sleep 300 & sleep 301; sleep 302'
    const result = await execute({ ...base, env, argv: [script], shell: true, timeoutMs: 100 })
    expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: true })
    await until(() => carriers(cookie).length === 0)
  })

  it('is ended when the caller gives up', async () => {
    const abort = new AbortController()
    const running = execute({
      ...base,
      argv: ['sh', '-c', 'echo up; exec sleep 300'],
      signal: abort.signal,
      onOutput: () => abort.abort(),
    })
    expect(await running).toMatchObject({ signal: 'SIGTERM', timedOut: false, output: 'up\n' })
    expect(await execute({ ...base, argv: ['sleep', '300'], signal: AbortSignal.abort() })).toMatchObject({
      signal: 'SIGTERM',
    })
  })

  it('does not wait for a daemon that keeps its output open', async () => {
    const cookie = `execute:${process.pid}:daemon`
    const env = { ...base.env, HXE_INSTANCE: cookie }
    expect(await execute({ ...base, env, argv: ['sleep 300 & echo on'], shell: true })).toMatchObject({
      exitCode: 0,
      output: 'on\n',
    })
    for (const pid of carriers(cookie)) process.kill(pid, 'SIGKILL')
  })

  it('keeps the end of a long output', async () => {
    const { output } = await execute({ ...base, argv: ['seq', '100000'], maxOutputBytes: 14 })
    expect(output).toBe('\n99999\n100000\n')
  })

  it('is refused as precisely as a service', async () => {
    await expect(execute({ ...base, argv: ['nodee'] })).rejects.toMatchObject({ what: 'program', code: 'ENOENT' })
    await expect(execute({ ...base, argv: ['ls'], cwd: '/nope' })).rejects.toMatchObject({ what: 'directory' })
  })
})
