import { useState } from 'react'
import { configTrouble } from '../../../contract/index.ts'
import { reloadConfig } from '../../actions/index.ts'
import { Button, Shape } from '../../parts/index.ts'
import { usePanel } from '../../store/index.ts'
import { Problems } from './Problems.tsx'

/** While the files cannot be loaded, or wait to be: what goes on running, and what is wrong. */
export function ConfigBanner() {
  const config = usePanel(({ model }) => model.config)
  if (config?.status === 'applied') return <Warnings count={config.diagnostics.length} />
  const trouble = config && configTrouble(config)
  if (!trouble) return null
  const isInvalid = config.status === 'invalid'
  return (
    <section className="stack config-errors" aria-label="Configuration">
      <div className="note" data-state={isInvalid ? 'failed' : 'info'}>
        <Shape name={isInvalid ? 'failed' : 'info'} />
        <span className="grow">
          <b>{trouble.headline}.</b> {trouble.detail}
        </span>
        {!isInvalid && (
          <Button small onClick={reloadConfig}>
            Apply
          </Button>
        )}
      </div>
      {isInvalid && <Problems />}
    </section>
  )
}

/** What was applied may still be doubtful; it is there for who wants to know. */
function Warnings({ count }: { count: number }) {
  const [isOpen, setOpen] = useState(false)
  if (count === 0) return null
  return (
    <section className="stack config-errors" aria-label="Configuration">
      <div className="note" data-state="warning">
        <Shape name="warning" />
        <span className="grow">
          The configuration was applied, with {count === 1 ? 'a warning' : `${count} warnings`}.
        </span>
        <Button small aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide' : 'Show'}
        </Button>
      </div>
      {isOpen && <Problems />}
    </section>
  )
}
