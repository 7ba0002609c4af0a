import { useCallback, useState } from 'react'
import type { BundlePlanHost } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { homeClient } from '../../connection/index.ts'
import { Button, capitalise, Dialog, Problem, Shape } from '../../parts/index.ts'
import { navigate, withQuery } from '../../router/index.ts'

/** What another revision of a bundle would do on each host, and then does, one host first. */
export function BundleBack({ name, revision, onClose }: { name: string; revision: number; onClose: () => void }) {
  const read = useCallback(
    (signal: AbortSignal) => homeClient.fleet.bundles.plan({ name, revision }, { signal }),
    [name, revision],
  )
  const { value: plan, problem: unknown } = usePoll(read, null)
  const [problem, setProblem] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const hasErrors = plan?.hosts.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'))
  const begin = async (): Promise<void> => {
    setBusy(true)
    try {
      await homeClient.fleet.bundles.apply({ name, revision, canary: '1', message: '' })
      onClose()
      navigate(withQuery('/fleet', { tab: 'rollouts' }))
    } catch (error) {
      setProblem(error)
      setBusy(false)
    }
  }
  return (
    <Dialog label={`Run revision ${revision} of ${name}`} className="wide roomy" onClose={onClose}>
      <div className="dialog-body">
        <h2 className="dialog-title">
          Run revision {revision} of {name}
        </h2>
        {!plan && <p className="dim">{unknown ?? 'Each host is asked what it would do…'}</p>}
        {plan && (
          <ul className="list fleet-plan" aria-label="What it would do">
            {plan.hosts.map((host) => (
              <Planned key={host.hostId} planned={host} />
            ))}
          </ul>
        )}
        <p className="dim sm">
          One host goes first, then one at a time. Where services do not get healthy all hosts go back to what they run
          now.
        </p>
        <Problem why={problem} />
      </div>
      <div className="dialog-foot">
        <Button look="quiet" data-autofocus="" onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" disabled={!plan || hasErrors === true || isBusy} onClick={() => void begin()}>
          Begin
        </Button>
      </div>
    </Dialog>
  )
}

function Planned({ planned: { host, actions, diagnostics, drift, leftOut } }: { planned: BundlePlanHost }) {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return (
    <li>
      <p className="row">
        <Shape name={errors.length > 0 ? 'failed' : leftOut === null ? 'running' : 'unknown'} />
        <b>{host}</b>
      </p>
      {leftOut !== null && <p className="sm dim">{leftOut}</p>}
      {leftOut === null && errors.length === 0 && actions.length === 0 && (
        <p className="sm dim">Nothing would change.</p>
      )}
      {errors.map(({ file, line, column, message }) => (
        <p key={`${file}:${line}:${column}:${message}`} className="sm failed-text">
          {file}:{line}:{column}: {message}
        </p>
      ))}
      {actions.map(({ service, action, because }) => (
        <p key={`${service} ${action}`} className="sm">
          {capitalise(action)} {service} <span className="dim">{because.join('; ')}</span>
        </p>
      ))}
      {drift.length > 0 && (
        <p className="sm">Changed on this host by hand, and written over: {drift.map(({ file }) => file).join(', ')}</p>
      )}
    </li>
  )
}
