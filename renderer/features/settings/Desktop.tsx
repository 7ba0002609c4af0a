import { useEffect, useState } from 'react'
import type { Preferences } from '../../../contract/index.ts'
import { Choice, Switch } from '../../parts/index.ts'
import { setPreferences, showError, usePreferences } from '../../store/index.ts'
import { Section, Setting } from './Section.tsx'

const quitChoices: readonly (readonly [Preferences['quit'], string])[] = [
  ['ask', 'Ask'],
  ['keep', 'Keep them running'],
  ['stop', 'Stop them'],
]

/** What only the window has: a browser neither starts at login nor quits. */
export function Desktop({ bridge }: { bridge: HxeBridge }) {
  const { quit, notifications } = usePreferences()
  return (
    <Section title="Desktop">
      <StartAtLogin bridge={bridge} />
      <Setting name="Notifications" text="Of services that fail, while the window is not looked at.">
        <Switch
          label="Notifications"
          checked={notifications}
          onChange={(on) => setPreferences({ notifications: on })}
        />
      </Setting>
      <Setting
        name="Services when HXE quits"
        text="Kept services go on; an agent without a window looks after them until HXE is opened again."
      >
        <Choice
          name="Services when HXE quits"
          value={quit}
          options={quitChoices}
          onChange={(chosen) => setPreferences({ quit: chosen })}
        />
      </Setting>
    </Section>
  )
}

function StartAtLogin({ bridge }: { bridge: HxeBridge }) {
  const [isOn, setOn] = useState<boolean | null>(null)
  useEffect(() => {
    let isGone = false
    bridge.startsAtLogin().then(
      (on) => !isGone && setOn(on),
      (error: unknown) => showError('Could not read whether HXE starts at login', error),
    )
    return () => {
      isGone = true
    }
  }, [bridge])
  const change = (on: boolean): void => {
    setOn(on)
    bridge.setStartAtLogin(on).catch((error: unknown) => {
      setOn(!on)
      showError(on ? 'HXE will not start at login' : 'HXE goes on starting at login', error)
    })
  }
  return (
    <Setting name="Start at login" text="Starts without a window; services that are to run start with it.">
      <Switch label="Start at login" checked={isOn === true} disabled={isOn === null} onChange={change} />
    </Setting>
  )
}
