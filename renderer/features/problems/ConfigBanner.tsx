import { Button, Shape } from '../../parts/index.ts'
import { usePanel } from '../../store/index.ts'
import { Problems } from './Problems.tsx'
import { reloadConfig } from './reload.ts'

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
