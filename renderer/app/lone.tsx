import { Button, Toolbar } from '../parts/index.ts'
import { Link } from '../router/index.ts'
import { usePanel } from '../store/index.ts'

/** Before the first word of the agent; the words come only when it takes long. */
export function Connecting({ onRetry }: { onRetry: () => void }) {
  const reason = usePanel(({ connection }) => (connection.kind === 'lost' ? connection.reason : null))
  return (
    <>
      <Toolbar title="HXE" />
      {reason !== null && (
        <div className="lone" role="status">
          <p className="lead">No word from the agent yet</p>
          <p className="dim">{reason}. HXE tries again by itself; services that run are not touched by this.</p>
          <Button onClick={onRetry}>Try now</Button>
        </div>
      )}
    </>
  )
}

export function SignedOut({ onRetry }: { onRetry: () => void }) {
  return (
    <>
      <Toolbar title="Sign in" />
      <div className="lone">
        <p className="lead">This browser is not signed in</p>
        <p className="dim">
          On the machine where the agent runs, make a one-time address and open it here. It is valid for five minutes.
        </p>
        <code className="code-block">hxe open</code>
        <Button look="primary" onClick={onRetry}>
          Try again
        </Button>
      </div>
    </>
  )
}

export function Unknown({ path }: { path: string }) {
  return (
    <>
      <Toolbar title="Not found" />
      <div className="lone">
        <p className="lead">There is no page here</p>
        <p className="dim">
          <span className="mono">{path}</span> leads nowhere in this version of HXE.
        </p>
        <Link className="link" to="/">
          Go to the overview
        </Link>
      </div>
    </>
  )
}
