import { describe, expect, it } from 'vitest'
import { explain } from './explain.ts'
import type { ServiceFacts } from './facts.ts'
import { exitWith, factsWith, graph, rangeAt, startMs } from './fixtures/facts.ts'

type StartError = NonNullable<ServiceFacts['startError']>

function failedWith(startError: Partial<StartError>, patch: Partial<ServiceFacts> = {}): ServiceFacts {
  const error = {
    what: 'program',
    code: 'ENOENT',
    subject: 'nodee',
    message: '',
    retryable: false,
    ...startError,
  } as const
  return factsWith({
    state: 'failed',
    reasonCode: 'cannot-start',
    startError: error,
    commandLine: 'nodee server.js',
    ...patch,
  })
}

const whyOf = (facts: ServiceFacts) => explain(facts.name, graph(facts), startMs)

describe('a start that came to no process', () => {
  it('names the command that is not found and the one that was meant', () => {
    const why = whyOf(failedWith({ similar: ['node'], range: rangeAt(14) }))
    expect(why).toEqual({
      sentence: 'Command not found: nodee (did you mean node?)',
      chain: [
        { subject: 'nodee', fact: 'is not in any folder of PATH (did you mean node?)' },
        { subject: 'web', fact: 'could not run: nodee server.js' },
        { subject: 'web', fact: 'is not started again by itself', at: '2026-05-04T12:00:00.000Z' },
      ],
      fixes: [
        {
          label: 'Open services.hcl:14',
          action: { kind: 'open-file', file: '/etc/hxe/services.hcl', line: 14, column: 3 },
        },
        { label: 'Start again', action: { kind: 'service', verb: 'start', service: 'web' } },
      ],
    })
  })

  it.each<[string, Partial<StartError>, Partial<ServiceFacts>?]>([
    ['Command not found: nodee', {}],
    [
      'Command not found: pyton (did you mean python or python3?)',
      { subject: 'pyton', similar: ['python', 'python3'] },
    ],
    [
      'The program /srv/app.sg does not exist (did you mean /srv/app.sh?)',
      { subject: '/srv/app.sg', similar: ['/srv/app.sh'] },
    ],
    [
      'The working directory /srv/ap does not exist (did you mean /srv/app?)',
      { what: 'directory', subject: '/srv/ap', similar: ['/srv/app'] },
    ],
    [
      'The working directory /etc/hosts is not a directory',
      { what: 'directory', code: 'ENOTDIR', subject: '/etc/hosts' },
    ],
    [
      '/srv/run.sh needs the interpreter /bin/bush (its “#!” line), which does not exist (did you mean bash?)',
      { what: 'interpreter', subject: '/bin/bush', scriptOf: '/srv/run.sh', similar: ['bash'] },
    ],
    [
      'The interpreter /bin/bush, named in the first line of /srv/run.sh, does not exist',
      {
        what: 'interpreter',
        subject: '/bin/bush',
        scriptOf: '/srv/run.sh',
        message: 'The interpreter /bin/bush, named in the first line of /srv/run.sh, does not exist',
      },
    ],
    [
      '/srv/run.sh is not executable (mode 0644 rw-r--r--, owner root)',
      { what: 'permission', code: 'EACCES', subject: '/srv/run.sh', file: { mode: 0o100644, owner: 'root' } },
    ],
    [
      '/srv/run.sh may not be run by www (mode 0700 rwx------, owner root)',
      { what: 'permission', code: 'EACCES', subject: '/srv/run.sh', file: { mode: 0o100700, owner: 'root' } },
      { user: 'www' },
    ],
    [
      'No permission to enter the working directory /root/x',
      {
        what: 'permission',
        code: 'EACCES',
        subject: '/root/x',
        message: 'No permission to enter the working directory /root/x',
        file: { mode: 0o40700, owner: 'root' },
      },
    ],
    [
      '/srv/app is neither a program for this machine nor a script with a “#!” line',
      { what: 'format', code: 'ENOEXEC', subject: '/srv/app' },
    ],
    [
      'DATA is 131072 bytes long; the system takes at most 131071',
      {
        what: 'arguments',
        code: 'E2BIG',
        subject: 'DATA',
        message: 'DATA is 131072 bytes long; the system takes at most 131071',
      },
    ],
    ['The user nobdy does not exist', { what: 'user', subject: 'nobdy', message: 'the user nobdy does not exist' }],
    [
      'The group wheels: there is none of that name',
      { what: 'group', subject: 'wheels', message: 'There is none of that name' },
    ],
    [
      'Its log cannot be written: no space left on /var/lib/hxe',
      { what: 'log', code: 'ENOSPC', subject: '/var/lib/hxe', message: 'No space left on /var/lib/hxe' },
    ],
    ['The system gave no reason', { what: 'arguments', code: ' ', subject: '', message: '\t' }],
    ['It could not be started: EIO', { what: 'other', code: 'EIO', subject: '' }],
  ])('says: %s', (sentence, error, patch) => {
    expect(whyOf(failedWith(error, patch))?.sentence).toBe(sentence)
  })

  it.each([
    ['EAGAIN', 'The system has no room for another process (the limit of processes is reached)'],
    ['ENOMEM', 'The system has no memory left for another process'],
    ['EMFILE', 'Too many files are open to start another process'],
    ['ETXTBSY', 'The program is being written to at this moment'],
  ])('says of %s what is short, and tries again', (code, sentence) => {
    const facts = failedWith(
      { what: 'resources', code, retryable: true },
      { state: 'backoff', nextStartAtMs: startMs + 2_000 },
    )
    const why = whyOf(facts)
    expect(why?.sentence).toBe(`${sentence}, starts again after a pause of 2 s`)
    expect(why?.fixes[0]?.label).toBe('Start now')
    expect(why?.chain.at(-1)?.at).toBe('2026-05-04T12:00:02.000Z')
  })

  it('offers what makes a file executable', () => {
    const why = whyOf(
      failedWith({ what: 'permission', code: 'EACCES', subject: '/srv/my app', file: { mode: 0o644, owner: 'root' } }),
    )
    expect(why?.fixes[0]?.action).toEqual({ kind: 'run-command', command: "chmod +x '/srv/my app'" })
  })

  it('points to the shell where the command line is written for one', () => {
    const why = whyOf(failedWith({ subject: 'A=1' }, { commandLine: 'A=1 node server.js | tee log' }))
    expect(why?.chain[1]?.fact).toContain('shell = true')
  })

  it('comes before the end of an earlier run', () => {
    expect(whyOf(failedWith({}, { exit: exitWith() }))?.sentence).toBe('Command not found: nodee')
  })
})

describe('values that could not be had', () => {
  const missing = { kind: 'env', name: 'DB_URL', range: rangeAt(14) } as const

  it('names the variable and where it stands', () => {
    const why = whyOf(factsWith({ state: 'failed', missing: [missing] }))
    expect(why?.sentence).toBe('The environment variable DB_URL is not set (services.hcl:14)')
    expect(why?.chain[0]).toEqual({ subject: 'services.hcl:14', fact: 'the environment variable DB_URL is not set' })
    expect(why?.fixes.map(({ label }) => label)).toEqual(['Open services.hcl:14', 'Start'])
  })

  it('names several', () => {
    const other = { kind: 'env', name: 'API_KEY', range: rangeAt(15) } as const
    const why = whyOf(factsWith({ state: 'failed', missing: [missing, other] }))
    expect(why?.sentence).toBe('The environment variables DB_URL and API_KEY are not set (services.hcl:14)')
  })

  it.each([
    ['credential', 'db', 'The credential db has no value (services.hcl:14)'],
    ['file', '/run/key', 'The file /run/key cannot be read (services.hcl:14)'],
  ] as const)('names a missing %s', (kind, name, sentence) => {
    const why = whyOf(factsWith({ state: 'failed', missing: [{ kind, name, range: rangeAt(14) }] }))
    expect(why?.sentence).toBe(sentence)
  })
})

describe('what the configuration says of a missing value', () => {
  it('is kept', () => {
    const message = 'The env_file /srv/.env cannot be read: it does not exist.'
    const missing = [{ kind: 'env-file', name: '/srv/.env', range: rangeAt(14), message }] as const
    const why = whyOf(factsWith({ state: 'failed', missing }))
    expect(why?.sentence).toBe('The env_file /srv/.env cannot be read: it does not exist (services.hcl:14)')
  })

  it('keeps the letters of a name that it begins with', () => {
    const message = 'DATA has 131077 bytes; the system takes no variable that long.'
    const missing = [{ kind: 'too-long', name: 'DATA', range: rangeAt(14), message }] as const
    const why = whyOf(factsWith({ state: 'failed', missing }))
    expect(why?.sentence).toBe('DATA has 131077 bytes; the system takes no variable that long (services.hcl:14)')
  })
})

describe('hooks', () => {
  const hook = {
    name: 'pre_start',
    commandLine: './migrate.sh',
    exitCode: 3,
    timedOut: false,
    lastLines: ['connecting', 'no such table: users'],
  } as const

  it('gives the output of the one that failed', () => {
    const why = whyOf(factsWith({ state: 'failed', hook }))
    expect(why?.sentence).toBe('Its pre_start hook exited with code 3: ./migrate.sh')
    expect(why?.chain[0]).toEqual({ subject: './migrate.sh', fact: 'exited with code 3: no such table: users' })
    expect(why?.lastLines).toEqual(['connecting', 'no such table: users'])
  })

  it('says when one took too long', () => {
    const why = whyOf(factsWith({ state: 'failed', hook: { ...hook, exitCode: null, timedOut: true } }))
    expect(why?.sentence).toBe('Its pre_start hook did not end within its time limit: ./migrate.sh')
  })
})

describe('disabling', () => {
  it('names the line of the file', () => {
    const why = whyOf(factsWith({ state: 'stopped', desired: 'down', disabledBy: 'file', enabledRange: rangeAt(13) }))
    expect(why?.sentence).toBe('Disabled in services.hcl:13')
    expect(why?.fixes[0]?.label).toBe('Open services.hcl:13')
  })

  it('offers to enable what a person disabled', () => {
    const why = whyOf(factsWith({ state: 'stopped', desired: 'down', disabledBy: 'person' }))
    expect(why?.sentence).toBe('Disabled by a person')
    expect(why?.fixes[0]?.action).toEqual({ kind: 'service', verb: 'enable', service: 'web' })
  })
})
