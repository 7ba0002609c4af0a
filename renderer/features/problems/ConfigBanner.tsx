import { useState } from 'react'
import { reloadConfig } from '../../actions/index.ts'
import { Button, Shape } from '../../parts/index.ts'
import { usePanel } from '../../store/index.ts'
import { Problems } from './Problems.tsx'

/** While the files cannot be loaded, or wait to be: what goes on running, and what is wrong. */
export function ConfigBanner() {
  const config = usePanel(({ model }) => model.config)
  if (config?.status === 'pending') {
    return (
      <div className="note" data-state="info">
        <Shape name="info" />
        <span className="grow">The files have changed since they were applied.</span>
        <Button small onClick={reloadConfig}>
          Apply
        </Button>
      </div>
    )
  }
  if (config?.status === 'applied') return <Warnings count={config.diagnostics.length} />
  if (config?.status !== 'invalid') return null
  const errors = config.diagnostics.filter(({ severity }) => severity === 'error').length
  return (
    <section className="stack config-errors" aria-label="Configuration">
      <div className="note" data-state="failed">
        <Shape name="failed" />
        <span className="grow">
          The configuration has {errors === 1 ? 'an error' : `${errors} errors`}. What was applied before goes on
          running.
        </span>
        <Button small onClick={reloadConfig}>
          Read again
        </Button>
      </div>
      <Problems />
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
