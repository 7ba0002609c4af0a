import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { Alert } from '../../../contract/index.ts'
import { AlertList } from './AlertList.tsx'
import { anAlert } from './samples.ts'

const database = anAlert({ id: 'database', summary: 'database is down' })
const web = anAlert({
  id: 'web',
  summary: 'web is down',
  cause: { id: 'database', subject: 'database', text: 'database is down' },
})
const heading = 'Follow from others'
const render = (...alerts: Alert[]): string =>
  renderToStaticMarkup(<AlertList alerts={alerts} chosen={undefined} tab="active" />)

describe('the list of alerts', () => {
  it('sets those that follow from others apart, behind what they follow from', () => {
    const [before, behind] = render(web, database).split(heading)
    expect(before).toContain('database is down')
    expect(before).not.toContain('web is down')
    expect(behind).toContain('web is down')
  })

  it('has one part where each has a cause of its own', () => expect(render(database)).not.toContain(heading))
})
