import { Check, type LucideIcon, Play, RotateCw, Square } from 'lucide-react'
import type { PlannedAction } from '../../../contract/index.ts'
import { Icon, Shape } from '../../parts/index.ts'
import { Link, servicePath } from '../../router/index.ts'
import { useEditCount, usePanel, useServices } from '../../store/index.ts'
import { countActions, type Kind, kindWords, reasonOf } from './plan.ts'
import { isError } from './problems.ts'
import { useConfiguration } from './store.ts'

const icons: Readonly<Record<Kind, LucideIcon>> = {
  start: Play,
  stop: Square,
  restart: RotateCw,
  reload: RotateCw,
  update: Check,
}

/** What the edits would do to what runs, before they do it. */
export function PlanPanel() {
  const revision = usePanel(({ model }) => model.config?.revision ?? 0)
  const actions = useConfiguration((state) => state.check.actions)
  const edits = useEditCount()
  return (
    <section className="pane plan-pane" aria-label="Plan">
      <div className="pane-head">
        <h2>Plan</h2>
        {edits > 0 && <span className="push faint">revision {revision + 1}</span>}
      </div>
      <div className="plan-body">
        <Obstacle />
        {actions && <Counts actions={actions} />}
        {actions && actions.length > 0 && (
          <ul className="plan" aria-label="Services that are touched">
            {actions.map((action) => (
              <Planned key={`${action.service} ${action.action}`} planned={action} />
            ))}
          </ul>
        )}
        <Rest actions={actions} />
      </div>
    </section>
  )
}

function Obstacle() {
  const { problems, failed } = useConfiguration((state) => state.check)
  const conflicts = Object.keys(useConfiguration((state) => state.conflicts))
  const errors = problems.filter(isError).length
  if (failed !== null) return <Note state="failed">What it would do is not known: {failed}</Note>
  if (conflicts.length > 0) return <Note state="warning">{conflicts.join(', ')} changed on disk: merge it first</Note>
  if (errors > 0)
    return <Note state="failed">Fix {errors === 1 ? '1 error' : `${errors} errors`} before it can be applied</Note>
  return null
}

function Note({ state, children }: { state: 'failed' | 'warning'; children: React.ReactNode }) {
  return (
    <div className="note sm" data-state={state}>
      <Shape name={state === 'failed' ? 'critical' : 'warning'} />
      <span>{children}</span>
    </div>
  )
}

function Counts({ actions }: { actions: readonly PlannedAction[] }) {
  const { restart, inPlace, start, stop } = countActions(actions)
  return (
    <dl className="sum">
      {(
        [
          ['Restart', restart],
          ['In place', inPlace],
          ['Start', start],
          ['Stop', stop],
        ] as const
      ).map(([word, count]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{count}</dd>
        </div>
      ))}
    </dl>
  )
}

function Planned({ planned: { service, action, because } }: { planned: PlannedAction }) {
  const known = useServices().has(service)
  return (
    <li>
      <div className="row">
        <Icon of={icons[action]} size={14} />
        {known ? (
          <Link className="medium cut" to={servicePath(service)}>
            {service}
          </Link>
        ) : (
          <span className="medium cut">{service}</span>
        )}
        <span className="push faint sm">{kindWords[action]}</span>
      </div>
      {because.map((text) => (
        <Because key={text} text={text} />
      ))}
    </li>
  )
}

function Because({ text }: { text: string }) {
  const reason = reasonOf(text)
  if (reason.kind === 'sentence') return <p className="sm faint">{reason.text}</p>
  return (
    <div className="difference mono">
      <div className="faint">{reason.path}</div>
      {reason.before !== null && (
        <div className="removed" title={reason.before}>
          <span aria-hidden="true">- </span>
          <span className="out-of-sight">was </span>
          {reason.before}
        </div>
      )}
      {reason.after !== null && (
        <div className="added" title={reason.after}>
          <span aria-hidden="true">+ </span>
          <span className="out-of-sight">will be </span>
          {reason.after}
        </div>
      )}
    </div>
  )
}

function Rest({ actions }: { actions: readonly PlannedAction[] | null }) {
  const services = useServices()
  const edits = useEditCount()
  const isPending = usePanel(({ model }) => model.config?.status === 'pending')
  const revision = usePanel(({ model }) => model.config?.revision ?? 0)
  if (!actions) return null
  if (edits === 0 && !isPending)
    return <p className="sm faint">Nothing has been changed. What an edit would do is shown here before it does it.</p>
  const touched = new Set(actions.map(({ service }) => service))
  const rest = [...services.keys()].filter((name) => !touched.has(name)).length
  return (
    <p className="sm faint rest">
      {rest} {rest === 1 ? 'service stays as it is' : 'services stay as they are'}. Applied in one step as revision{' '}
      {revision + 1}; can be rolled back.
    </p>
  )
}
