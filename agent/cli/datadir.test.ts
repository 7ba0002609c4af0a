import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { dataDirInConfiguration, lookForDataDir } from './datadir.ts'

describe('data_dir in the text of a configuration', () => {
  it.each([
    [
      'is plain in an agent block',
      'agent {\n  name = "x"\n  data_dir = "/srv/hxe" # here\n}\n',
      { kind: 'plain', path: '/srv/hxe' },
    ],
    [
      'is plain after an inner block',
      'agent {\n  metrics {\n    enabled = true\n  }\n  data_dir = "/a"\n}',
      { kind: 'plain', path: '/a' },
    ],
    ['is not there', 'services {\n}\n', { kind: 'none' }],
    ['is not there in a comment', '# data_dir = "/x"\nservices {}\n', { kind: 'none' }],
    ['is unclear in another block', 'locals {\n  data_dir = "/x"\n}\n', { kind: 'unclear' }],
    ['is unclear as an expression', 'agent {\n  data_dir = "${env.HOME}/x"\n}', { kind: 'unclear' }],
    ['is unclear twice', 'agent {\n  data_dir = "/a"\n}\nagent {\n  data_dir = "/b"\n}', { kind: 'unclear' }],
    ['is unclear beside a block comment', '/*\nagent {\n  data_dir = "/a"\n}\n*/', { kind: 'unclear' }],
    ['is unclear as a late value', 'agent {\n  data_dir = "env:DIR"\n}', { kind: 'unclear' }],
    ['is unclear where files are included', 'include = ["x.hcl"]\n', { kind: 'unclear' }],
    [
      'is plain with the line ends of Windows',
      'agent {\r\n  data_dir = "C:/hxe"\r\n}\r\n',
      { kind: 'plain', path: 'C:/hxe' },
    ],
  ])('%s', (_, text, seen) => {
    expect(lookForDataDir([text])).toEqual(seen)
  })
})

describe('data_dir of a configuration folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hxe-cli-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is read properly where the text does not say it plainly', async () => {
    writeFileSync(join(folder, 'a.hcl'), 'agent {\n  data_dir = "/first"\n}\n')
    writeFileSync(join(folder, 'b.hcl'), 'agent {\n  data_dir = "/second"\n}\n')
    expect(await dataDirInConfiguration([folder], {})).toBe('/second')
  })

  it('begins at home with a tilde', async () => {
    writeFileSync(join(folder, 'b.hcl'), '')
    writeFileSync(join(folder, 'a.hcl'), 'agent {\n  data_dir = "~/d"\n}\n')
    expect(await dataDirInConfiguration([folder], { HOME: '/home/u' })).toBe('/home/u/d')
  })

  it('gives way to the override from the environment', async () => {
    expect(await dataDirInConfiguration([folder], { HXE_AGENT__DATA_DIR: '/over' })).toBe('/over')
  })

  it('is not there without a folder', async () => {
    expect(await dataDirInConfiguration([join(folder, 'missing')], {})).toBeUndefined()
  })
})
