import { describe, expect, it } from 'vitest'
import { chosenColumns, moveColumn, toggleColumn, usualColumns } from './columns.ts'

const idsOf = (choice: readonly string[]) => chosenColumns(choice).map(({ id }) => id)

describe('columns of the list', () => {
  it('are the usual ones until a person has chosen', () => {
    expect(idsOf([])).toEqual(usualColumns)
  })

  it('have the host behind the name among the services of all hosts, and can hide it', () => {
    expect(
      chosenColumns([], true)
        .map(({ id }) => id)
        .slice(0, 2),
    ).toEqual(['name', 'host'])
    expect(toggleColumn([], 'host', true)).not.toContain('host')
  })

  it('have the name first, each once, and nothing unknown', () => {
    expect(idsOf(['cpu', 'nonsense', 'cpu', 'name', 'state'])).toEqual(['name', 'cpu', 'state'])
  })

  it('are hidden and shown at the end again', () => {
    const hidden = toggleColumn(['name', 'state', 'cpu'], 'state')
    expect(hidden).toEqual(['name', 'cpu'])
    expect(toggleColumn(hidden, 'state')).toEqual(['name', 'cpu', 'state'])
  })

  it('move, but never before the name', () => {
    expect(moveColumn(['name', 'state', 'cpu'], 'cpu', -1)).toEqual(['name', 'cpu', 'state'])
    expect(moveColumn(['name', 'state', 'cpu'], 'state', -1)).toEqual(['name', 'state', 'cpu'])
    expect(moveColumn(['name', 'state', 'cpu'], 'cpu', 1)).toEqual(['name', 'state', 'cpu'])
    expect(moveColumn(['name', 'state'], 'name', 1)).toEqual(['name', 'state'])
  })
})
