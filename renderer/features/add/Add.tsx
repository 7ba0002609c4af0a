import { Choice, Toolbar } from '../../parts/index.ts'
import { useParameter } from '../../router/index.ts'
import { AddForm } from './AddForm.tsx'
import { FromProject } from './FromProject.tsx'

const ways = [
  ['', 'By a form'],
  ['project', 'From a project'],
] as const

/** New services, by a form or from what starts them now. */
export function Add() {
  const [from, setFrom] = useParameter('from')
  const way = from === 'project' ? 'project' : ''
  return (
    <>
      <Toolbar title="Add services">
        <div className="push">
          <Choice name="From" value={way} options={ways} onChange={setFrom} />
        </div>
      </Toolbar>
      <div className="page add">{way === 'project' ? <FromProject /> : <AddForm />}</div>
    </>
  )
}
