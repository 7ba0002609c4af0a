import { describe, expect, it } from 'vitest'
import { service } from '../../store/samples.ts'
import { itemsOf } from './groups.ts'

const services = [
  service({ name: 'api', app: 'shop', tags: ['web', 'edge'] }),
  service({ name: 'db', app: 'data', tags: ['web'] }),
  service({ name: 'mail', app: 'shop', state: 'failed' }),
  service({ name: 'lone', state: 'stopped' }),
]
const linesOf = (...parameters: Parameters<typeof itemsOf>) =>
  itemsOf(...parameters).map((item) => (item.kind === 'group' ? `[${item.label} ${item.names.length}]` : item.name))

describe('the lines of the table', () => {
  it('are the services alone where nothing groups them', () => {
    expect(linesOf(services, 'none', new Set())).toEqual(['api', 'db', 'mail', 'lone'])
  })

  it('are groups by name, what belongs to none at the end', () => {
    expect(linesOf(services, 'app', new Set())).toEqual([
      '[data 1]',
      'db',
      '[shop 2]',
      'api',
      'mail',
      '[No app 1]',
      'lone',
    ])
  })

  it('have a service under each of its tags, as lines of their own', () => {
    const items = itemsOf(services, 'tag', new Set())
    expect(linesOf(services, 'tag', new Set()).filter((line) => line === 'api')).toHaveLength(2)
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
  })

  it('have the worst state first', () => {
    expect(linesOf(services, 'state', new Set()).filter((line) => line.startsWith('['))).toEqual([
      '[Failed 1]',
      '[Stopped 1]',
      '[Running 2]',
    ])
  })

  it('leave out the services of a closed group, and tell of its worst', () => {
    const items = itemsOf(services, 'app', new Set(['app:shop']))
    expect(linesOf(services, 'app', new Set(['app:shop']))).not.toContain('mail')
    expect(items.find(({ id }) => id === 'app:shop')).toMatchObject({ worst: 'failed', attention: 1, isOpen: false })
  })
})
