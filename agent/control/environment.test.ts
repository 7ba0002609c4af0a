import { describe, expect, it } from 'vitest'
import { environmentOf } from './environment.ts'
import { transientSpec } from './specs.ts'

const range = { file: 'services.hcl', line: 7, column: 1, endLine: 7, endColumn: 9 }
const written = transientSpec('web', {
  argv: ['web'],
  environment: { GREETING: 'hello', API_KEY: 'k-123', URL: 'pg://me:pw@db' },
})
const spec = {
  ...written,
  environment: new Map(written.environment).set('FROM_FILE', {
    parts: [{ from: 'file', path: '/run/x', range }],
    range,
    secret: false,
  }),
}

const found = environmentOf({
  env: {
    PATH: '/bin',
    GREETING: 'hello',
    API_KEY: 'k-123',
    URL: 'pg://me:pw@db',
    FROM_FILE: 'what it holds',
    HXE_SERVICE: 'web',
    DB_PASSWORD: 'inherited-secret',
    ANYTHING: 'referred-to',
    ADDRESS: 'http://x?key=referred-to',
  },
  spec,
  inherited: { PATH: '/bin', DB_PASSWORD: 'inherited-secret', ANYTHING: 'referred-to' },
  secrets: new Set(['referred-to', 'bin']),
})
const variable = (name: string) => found.find((item) => item.name === name)

describe('the environment of a service', () => {
  it('is in the order of names', () => {
    const names = found.map(({ name }) => name)
    expect(names).toEqual([...names].sort())
  })

  it('masks what the configuration makes secret, whatever the name of the variable', () => {
    expect(variable('ANYTHING')).toMatchObject({ masked: true, origin: 'inherited' })
    expect(variable('ADDRESS')?.value).not.toContain('referred-to')
    expect(variable('PATH')).toMatchObject({ value: '/bin', masked: false })
  })

  it('tells where each variable comes from', () => {
    expect(variable('PATH')).toMatchObject({ value: '/bin', origin: 'inherited' })
    expect(variable('GREETING')).toMatchObject({ value: 'hello', origin: 'environment' })
    expect(variable('FROM_FILE')).toMatchObject({ file: 'services.hcl', line: 7 })
    expect(variable('HXE_SERVICE')).toMatchObject({ origin: 'agent' })
  })

  it('masks what is called like a secret, what a reference leads to, and passwords in addresses', () => {
    const text = JSON.stringify(found)
    for (const secret of ['k-123', 'what it holds', 'inherited-secret', 'me:pw']) expect(text).not.toContain(secret)
    expect(variable('API_KEY')?.masked).toBe(true)
    expect(variable('URL')?.value).toContain('pg://me:')
  })
})
