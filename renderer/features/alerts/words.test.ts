import { describe, expect, it } from 'vitest'
import { anAlert } from './samples.ts'
import { aboutAlert, alertMatches, byGravity, shapeOfAlert } from './words.ts'

describe('alerts in a list', () => {
  it('stand worst first, the newest of the same first, and what follows from another last', () => {
    const alerts = [
      anAlert({ id: 'old', startsAt: '2026-03-01T10:00:00.000Z' }),
      anAlert({ id: 'follower', severity: 'critical', cause: { subject: 'database', text: 'database is down' } }),
      anAlert({ id: 'new', startsAt: '2026-03-01T11:00:00.000Z' }),
      anAlert({ id: 'worst', severity: 'critical', startsAt: '2026-03-01T09:00:00.000Z' }),
    ]
    expect([...alerts].sort(byGravity).map(({ id }) => id)).toEqual(['worst', 'new', 'old', 'follower'])
  })

  it('say what keeps them quiet and what follows from them', () => {
    expect(aboutAlert(anAlert({ follows: { count: 30, services: [] } }))).toBe('memory-high on web · 30 follow from it')
    expect(aboutAlert(anAlert({ cause: { subject: 'database', text: '' }, silencedBy: ['s1'] }))).toBe(
      'memory-high on web · follows from database · silenced',
    )
  })

  it('are found by all words of a filter, wherever they stand', () => {
    const alert = anAlert({ labels: { team: 'Payments' } })
    expect(alertMatches(alert, 'payments WEB')).toBe(true)
    expect(alertMatches(alert, 'payments mail')).toBe(false)
  })

  it('are told apart by their shape when they are over', () => {
    expect(shapeOfAlert({ state: 'resolved', severity: 'critical' })).toBe('completed')
    expect(shapeOfAlert({ state: 'firing', severity: 'critical' })).toBe('critical')
  })
})
