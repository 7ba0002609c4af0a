import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLogger, plainLine, redact } from './logger.ts'
import { openRotatingFile } from './os/index.ts'

let dataDir: string
const path = (): string => join(dataDir, 'agent.log')
const lines = (): Record<string, unknown>[] =>
  readFileSync(path(), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hxe-log-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))

describe('the agent’s log', () => {
  test('is JSON lines with a time, private whatever the umask', async () => {
    const umask = process.umask(0)
    try {
      const logger = createLogger({ dataDir, level: 'info', stderr: false })
      logger.log.info({ service: 'web' }, 'started')
      logger.log.debug('not this')
      logger.log.error({ err: new Error('broken') }, 'failed')
      await logger.close()
      expect(lines()).toMatchObject([
        { level: 30, service: 'web', msg: 'started' },
        { level: 50, msg: 'failed', err: { message: 'broken' } },
      ])
      expect(Date.parse(String(lines()[0]?.time))).toBeGreaterThan(0)
      expect(statSync(path()).mode & 0o777).toBe(0o600)
    } finally {
      process.umask(umask)
    }
  })

  test('stays one line a record, readable in a terminal, whatever a name holds', async () => {
    const names = ['a\nb', 'a\r{"level":60}', 'a\0b', 'a\u202egnp.exe', 'a\u2028b', '\u001b[2Ja', 'a\u0085b', '\u200b']
    const logger = createLogger({ dataDir, level: 'info', stderr: false })
    for (const name of names) logger.log.info({ name }, name)
    await logger.close()
    const text = readFileSync(path(), 'utf8')
    expect(text.split('\n')).toHaveLength(names.length + 1)
    for (const character of '\u202e\u2028\u0085\u200b\u001b\r\0') expect(text).not.toContain(character)
    expect(lines().map(({ name }) => name)).toEqual(names)
  })

  test('means the same after its deceptive characters are escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(plainLine(JSON.stringify({ text })))).toEqual({ text })
      }),
    )
  })

  test('holds no secret that it was told of, in any of its forms', async () => {
    const secrets = ['s3cr3t pass/word+"ö"', 'other-secret', 'other-secret-longer', 'abc']
    const logger = createLogger({ dataDir, level: 'info', stderr: false, clean: redact(secrets) })
    for (const secret of secrets.slice(0, 3)) {
      logger.log.info({ env: { A: secret } }, `with ${secret}`)
      logger.log.info(`https://x/?p=${encodeURIComponent(secret)} ${Buffer.from(secret).toString('base64')}`)
    }
    logger.log.info('abc')
    await logger.close()
    const text = readFileSync(path(), 'utf8')
    for (const secret of secrets.slice(0, 3)) expect(text).not.toContain(secret)
    expect(text).not.toMatch(/s3cr3t|longer|b3RoZXItc2VjcmV0/)
    expect(lines().at(-1)).toMatchObject({ msg: 'abc' })
  })

  test('goes on in a program whose stderr nobody reads any more', async () => {
    const script = `import { createLogger } from ${JSON.stringify(join(import.meta.dirname, 'logger.ts'))}
      const logger = createLogger({ dataDir: ${JSON.stringify(dataDir)}, level: 'info' })
      for (let i = 0; i < 200; i++) { logger.log.info({ i, pad: 'x'.repeat(2000) }, 'line'); if (i % 20 === 0) await new Promise((r) => setTimeout(r, 1)) }
      await logger.close(); process.exit(7)`
    const file = join(dataDir, 'writes.mts')
    writeFileSync(file, script)
    const child = spawn(process.execPath, ['--import', 'tsx', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr.destroy()
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(7)
    expect(lines()).toHaveLength(200)
  })
})

describe('a rotating file', () => {
  test('keeps to its size and number, and loses nothing of the newest', async () => {
    const file = openRotatingFile({ path: path(), maxBytes: 1000, keep: 2 })
    for (let i = 0; i < 300; i++) {
      file.write(`${i}\n`.padStart(20))
      if (i % 10 === 9) await new Promise((resolve) => setImmediate(resolve))
    }
    await file.close()
    const names = readdirSync(dataDir).sort()
    expect(names).toEqual(['agent.log', 'agent.log.1', 'agent.log.2'])
    const all = [...names]
      .reverse()
      .map((name) => readFileSync(join(dataDir, name), 'utf8'))
      .join('')
    const numbers = all.trim().split('\n').map(Number)
    expect(numbers.at(-1)).toBe(299)
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => 300 - numbers.length + i))
    for (const name of names)
      expect([name, statSync(join(dataDir, name)).mode & 0o777, statSync(join(dataDir, name)).size <= 1000]).toEqual([
        name,
        0o600,
        true,
      ])
  })

  test('follows no link and opens no pipe, says so once, and goes on when the way is free', async () => {
    for (const plant of [() => symlinkSync('/etc/passwd', path()), () => void execFileSync('mkfifo', [path()])]) {
      const told: (string | undefined)[] = []
      plant()
      const file = openRotatingFile({
        path: path(),
        maxBytes: 1000,
        keep: 1,
        onTrouble: (problem) => told.push(problem),
      })
      file.write('lost\n')
      await new Promise((resolve) => setTimeout(resolve, 5))
      file.write('lost too\n')
      await new Promise((resolve) => setTimeout(resolve, 5))
      rmSync(path())
      file.write('kept\n')
      await file.close()
      expect(told).toEqual([expect.stringMatching(/symbolic link|not a regular file|ENXIO/), undefined])
      expect(readFileSync(path(), 'utf8')).toBe('{"level":40,"msg":"2 lines of this log could not be written"}\nkept\n')
      rmSync(path())
    }
  })
})
