import { Toolbar } from '../../parts/index.ts'
import { About } from './About.tsx'
import { Appearance } from './Appearance.tsx'
import { Browsers } from './Browsers.tsx'
import { Desktop } from './Desktop.tsx'
import { FleetSettings } from './FleetSettings.tsx'

export function Settings() {
  return (
    <>
      <Toolbar title="Settings" />
      <div className="page settings">
        <Appearance />
        {window.hxe && <Desktop bridge={window.hxe} />}
        <FleetSettings />
        <Browsers />
        <About />
      </div>
    </>
  )
}
