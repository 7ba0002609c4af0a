import { Choice } from '../../parts/index.ts'
import { setPreferences, usePreferences } from '../../store/index.ts'
import { Section, Setting } from './Section.tsx'

const themes = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['system', 'System'],
] as const
const densities = [
  ['comfortable', 'Comfortable'],
  ['compact', 'Compact'],
] as const

export function Appearance() {
  const { theme, density } = usePreferences()
  return (
    <Section title="Appearance">
      <Setting name="Theme" text="System follows what the desktop or browser is set to.">
        <Choice name="Theme" value={theme} options={themes} onChange={(chosen) => setPreferences({ theme: chosen })} />
      </Setting>
      <Setting name="Density" text="Compact shows more rows; the size of text stays.">
        <Choice
          name="Density"
          value={density}
          options={densities}
          onChange={(chosen) => setPreferences({ density: chosen })}
        />
      </Setting>
    </Section>
  )
}
