import { expect, test } from 'vitest'
import { shortFolder, treeRows, treeStep } from './tree.ts'

const names = ['agent.hcl', 'teams/data.hcl', 'teams/deep/x.hcl', 'web.hcl']
const drawn = (closed: string[] = []) =>
  treeRows(names, '~/conf', new Set(closed)).map(
    ({ label, level, isFolder }) => `${level} ${label}${isFolder ? '/' : ''}`,
  )

test('files come before the folders beside them', () => {
  expect(drawn()).toEqual(['1 ~/conf/', '2 agent.hcl', '2 web.hcl', '2 teams/', '3 data.hcl', '3 deep/', '4 x.hcl'])
})

test('what is in a closed folder is left out', () => {
  expect(drawn(['teams/'])).toEqual(['1 ~/conf/', '2 agent.hcl', '2 web.hcl', '2 teams/'])
  expect(drawn([''])).toEqual(['1 ~/conf/'])
})

test('a file outside of the folder stands under its own path', () => {
  expect(treeRows(['/etc/x.hcl'], 'c', new Set()).map(({ path }) => path)).toContain('/etc/')
})

test('the home folder is written short', () => {
  expect(shortFolder('/home/mira/.config/hxe')).toBe('~/.config/hxe')
  expect(shortFolder('/etc/hxe')).toBe('/etc/hxe')
})

test('the arrow keys go through the tree as in any other', () => {
  const rows = treeRows(names, 'c', new Set())
  const step = (at: number, key: string, closed: string[] = []) => treeStep(rows, at, key, new Set(closed))
  expect(step(0, 'ArrowUp')).toEqual({ to: 0 })
  expect(step(6, 'ArrowDown')).toEqual({ to: 6 })
  expect(step(6, 'ArrowLeft')).toEqual({ to: 5 })
  expect(step(3, 'ArrowLeft')).toEqual({ open: false })
  expect(step(3, 'ArrowRight', ['teams/'])).toEqual({ open: true })
  expect(step(1, 'Enter')).toBe('press')
  expect(step(1, 'x')).toBeNull()
})
