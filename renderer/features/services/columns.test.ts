import { describe, expect, it } from 'vitest'
import type { Service } from '../../../contract/index.ts'
import { service } from '../../store/samples.ts'
import { chosenColumns, emptyColumns, leastWidthOf, moveColumn, toggleColumn, usualColumns } from './columns.ts'

const here = { isEveryHost: false, empty: [] }
const everywhere = { isEveryHost: true, empty: [] }
const idsOf = (choice: readonly string[], around: Parameters<typeof chosenColumns>[1] = here) =>
  chosenColumns(choice, around).map(({ id }) => id)
const mapOf = (...services: Service[]) => new Map(services.map((each) => [each.name, each]))

describe('columns of the list', () => {
  it('are the usual ones until a person has chosen', () => {
    expect(idsOf([])).toEqual(usualColumns)
  })

  it('have the host behind the name among the services of all hosts, and can hide it', () => {
    expect(idsOf([], everywhere).slice(0, 2)).toEqual(['name', 'host'])
    expect(toggleColumn(chosenColumns([], everywhere), 'host')).not.toContain('host')
  })

  it('have the name first, each once, and nothing unknown', () => {
    expect(idsOf(['cpu', 'nonsense', 'cpu', 'name', 'state'])).toEqual(['name', 'cpu', 'state'])
  })

  it('are hidden and shown at the end again', () => {
    const hidden = toggleColumn(chosenColumns(['name', 'state', 'cpu'], here), 'state')
    expect(hidden).toEqual(['name', 'cpu'])
    expect(toggleColumn(chosenColumns(hidden, here), 'state')).toEqual(['name', 'cpu', 'state'])
  })

  it('move, but never before the name', () => {
    const shown = chosenColumns(['name', 'state', 'cpu'], here)
    expect(moveColumn(shown, 'cpu', -1)).toEqual(['name', 'cpu', 'state'])
    expect(moveColumn(shown, 'state', -1)).toEqual(['name', 'state', 'cpu'])
    expect(moveColumn(shown, 'cpu', 1)).toEqual(['name', 'state', 'cpu'])
    expect(moveColumn(shown, 'name', 1)).toEqual(['name', 'state', 'cpu'])
  })

  it('give their room where no service has anything for them, unless a person has chosen them', () => {
    const plain = service({ name: 'plain' })
    const empty = emptyColumns(mapOf(plain))
    expect(empty).toEqual(['health', 'ports'])
    expect(idsOf([], { isEveryHost: false, empty })).not.toContain('health')
    expect(idsOf(['health'], { isEveryHost: false, empty })).toEqual(['name', 'health'])
    expect(emptyColumns(mapOf(plain, service({ name: 'web', ports: [{ port: 80 }] as Service['ports'] })))).toEqual([
      'health',
    ])
  })

  it('have room in the page of a window of 1280 px, all of them that are usual', () => {
    expect(leastWidthOf(chosenColumns([], here))).toBeLessThanOrEqual(1280 - 208 - 40)
    expect(leastWidthOf(chosenColumns([], everywhere))).toBeLessThanOrEqual(1280 - 208 - 40)
  })
})
