import { Check, Monitor, Moon, Sun } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { Density, Theme } from '../../contract/index.ts'
import { Icon } from '../parts/index.ts'
import { setPreferences, usePreferences } from '../store/index.ts'

const themes: readonly { value: Theme; label: string; icon: typeof Sun }[] = [
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
  { value: 'system', label: 'As the system', icon: Monitor },
]
const densities: readonly { value: Density; label: string }[] = [
  { value: 'comfortable', label: 'Comfortable' },
  { value: 'compact', label: 'Compact' },
]

export function AppearanceMenu() {
  const { theme, density } = usePreferences()
  const chosen = themes.find(({ value }) => value === theme) ?? themes[0]
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger aria-label="Appearance" title="Appearance">
        <Icon of={chosen?.icon ?? Monitor} size={12} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" side="top" align="end" sideOffset={4} loop>
          <DropdownMenu.Label className="menu-head">Theme</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={theme} onValueChange={(value) => setPreferences({ theme: value as Theme })}>
            {themes.map(({ value, label }) => (
              <Choice key={value} value={value} label={label} />
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Label className="menu-head">Density</DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            value={density}
            onValueChange={(value) => setPreferences({ density: value as Density })}
          >
            {densities.map(({ value, label }) => (
              <Choice key={value} value={value} label={label} />
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Choice({ value, label }: { value: string; label: string }) {
  return (
    <DropdownMenu.RadioItem className="menu-item" value={value}>
      <span className="tick">
        <DropdownMenu.ItemIndicator>
          <Icon of={Check} size={14} />
        </DropdownMenu.ItemIndicator>
      </span>
      {label}
    </DropdownMenu.RadioItem>
  )
}
