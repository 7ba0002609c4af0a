import { useCallback, useState } from 'react'
import { Button } from '../../parts/index.ts'
import { useFleet } from '../../store/index.ts'
import { ConnectDialog } from '../fleet/index.ts'
import { Section, Setting } from './Section.tsx'

/** Which fleet this computer belongs to. */
export function FleetSettings() {
  const status = useFleet((fleet) => fleet.status)
  const [isOpen, setOpen] = useState(false)
  const close = useCallback(() => setOpen(false), [])
  const isOff = status === null || (status.state === 'off' && status.servers.length === 0)
  const where = status?.server ?? status?.servers.join(', ')
  const text = isOff ? 'This computer is in no fleet.' : (status.problem ?? `Joined: ${where}.`)
  return (
    <Section title="Fleet">
      <Setting name="Connection" text={text}>
        <Button onClick={() => setOpen(true)}>{isOff ? 'Connect…' : 'Change…'}</Button>
      </Setting>
      {isOpen && <ConnectDialog onClose={close} />}
    </Section>
  )
}
