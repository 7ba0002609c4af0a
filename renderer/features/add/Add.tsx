import { Toolbar } from '../../parts/index.ts'
import { AddForm } from './AddForm.tsx'
import { ImportPanel } from './ImportPanel.tsx'

/** The first run, and each new service after it: by a form, or from what starts it now. */
export function Add() {
  return (
    <>
      <Toolbar title="Add services" />
      <div className="page add">
        <AddForm />
        <ImportPanel />
      </div>
    </>
  )
}
