import { expect, test } from 'vitest'
import { unsavedOf } from '../../store/index.ts'
import { changesOf, closed, diskChanges, fileNames, nameOf, opened, refusalOfName } from './state.ts'

const edit = (hash: string | null, text: string | null = 'new') => ({ base: hash === null ? null : 'old', hash, text })
const file = (name: string, hash: string) => ({ name, hash })

test('a file is known by its path in the folder, however the agent was told of it', () => {
  expect(nameOf('/etc/hxe/teams/a.hcl', '/etc/hxe', [])).toBe('teams/a.hcl')
  expect(nameOf('conf/teams/a.hcl', '/home/me/conf', ['a.hcl', 'teams/a.hcl'])).toBe('teams/a.hcl')
  expect(nameOf('C:\\hxe\\a.hcl', 'C:\\hxe', [])).toBe('a.hcl')
  expect(nameOf('/elsewhere/b.hcl', '/etc/hxe', ['a.hcl'])).toBe('/elsewhere/b.hcl')
})

test('what is sent to be judged are the edits alone, a file that is taken away as null', () => {
  const edits = { 'a.hcl': edit('1'), 'b.hcl': edit('2', null) }
  expect(changesOf(edits)).toEqual({ 'a.hcl': 'new', 'b.hcl': null })
  expect(unsavedOf(edits)).toEqual({ 'a.hcl': 'new' })
})

test('closing a tab shows the next one, or the one before at the end', () => {
  const open = { tabs: ['a', 'b', 'c'], current: 'b' }
  expect(closed(open, 'b')).toEqual({ tabs: ['a', 'c'], current: 'c' })
  expect(closed({ ...open, current: 'c' }, 'c')).toEqual({ tabs: ['a', 'b'], current: 'b' })
  expect(closed(open, 'a')).toEqual({ tabs: ['b', 'c'], current: 'b' })
  expect(closed({ tabs: ['a'], current: 'a' }, 'a')).toEqual({ tabs: [], current: null })
  expect(opened(open, 'b')).toEqual(open)
})

test('a file that nobody edits is read again when it changes on disk, an edited one is a conflict', () => {
  const read = new Map([
    ['a.hcl', '1'],
    ['b.hcl', '1'],
    ['c.hcl', '1'],
  ])
  const edits = { 'b.hcl': edit('1'), 'c.hcl': edit('1') }
  const files = [file('a.hcl', '2'), file('b.hcl', '2'), file('c.hcl', '1')]
  expect([...diskChanges(read, edits, files)]).toEqual([
    ['a.hcl', 'reread'],
    ['b.hcl', 'conflict'],
  ])
})

test('an edited file that went, and a new one that somebody else made first, are conflicts', () => {
  const edits = { 'gone.hcl': edit('1'), 'new.hcl': edit(null) }
  expect([...diskChanges(new Map(), edits, [file('new.hcl', '9')]).values()]).toEqual(['conflict', 'conflict'])
  expect(diskChanges(new Map(), { 'new.hcl': edit(null) }, []).size).toBe(0)
})

test('new files stand among those on disk', () => {
  expect(fileNames([file('b.hcl', '1'), file('a/x.hcl', '1')], { 'c.hcl': edit(null) })).toEqual([
    'a/x.hcl',
    'b.hcl',
    'c.hcl',
  ])
})

test.each(['../a.hcl', '/a.hcl', 'a.txt', '.hcl', 'x/.a.hcl', 'a//b.hcl', 'a\\b.hcl', 'taken.hcl', 'x/../a.hcl'])(
  'a name that cannot be had is refused: %s',
  (name) => expect(refusalOfName(name, ['taken.hcl'])).not.toBeNull(),
)

test('a name in a folder can be had', () => expect(refusalOfName('teams/a-1.hcl', [])).toBeNull())
