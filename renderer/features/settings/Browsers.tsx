import { Copy } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../connection/index.ts'
import { Button, copyText } from '../../parts/index.ts'
import { showDone, showError, useIsLive } from '../../store/index.ts'
import { Section, Setting } from './Section.tsx'

/** The same panel in a browser. */
export function Browsers() {
  const isLive = useIsLive()
  const [address, setAddress] = useState<string | null>(null)
  const make = async (): Promise<void> => {
    try {
      const { url } = await client.agent.signIn()
      setAddress(url)
      if (await copyText(url)) showDone('Copied', 'Open it in a browser of this computer within five minutes.')
    } catch (error) {
      showError('No address was made', error)
    }
  }
  return (
    <Section title="In a browser">
      <Setting name="One-time address" text="Opens this panel in a browser; valid once, for five minutes.">
        {address !== null && <span className="mono cut address">{address}</span>}
        <Button icon={Copy} disabled={!isLive} onClick={() => void make()}>
          Make and copy
        </Button>
      </Setting>
    </Section>
  )
}
