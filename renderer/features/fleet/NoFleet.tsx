import { Play, Plug } from 'lucide-react'
import { useState } from 'react'
import { homeClient } from '../../connection/index.ts'
import { Button, Problem, Shape } from '../../parts/index.ts'
import { Link } from '../../router/index.ts'
import { showDone } from '../../store/index.ts'

/** What a fleet is and how one begins, where there is none. */
export function NoFleet({ onConnect }: { onConnect: () => void }) {
  return (
    <div className="lone">
      <h2 className="lead">This computer is in no fleet</h2>
      <p className="dim">
        Agents that share a NATS server see one another: services of any host can be started, stopped, read and edited
        here, as if they were on this computer.
      </p>
      <p>
        <Button look="primary" icon={Plug} onClick={onConnect}>
          Connect to a server…
        </Button>
      </p>
      <TryHere />
      <p className="dim">
        For machines that do not trust each other, <code>npx hxe hosts keys</code> makes a key for each and the
        configuration of their server. What is chosen stands in the <Link to="/configuration">configuration</Link> as{' '}
        <code>agent &#123; nats &#123; … &#125; &#125;</code>.
      </p>
    </div>
  )
}

/** A server on this machine, begun and joined by one button. */
function TryHere() {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const begin = async (): Promise<void> => {
    setBusy(true)
    setProblem(null)
    try {
      const { state, url, text } = await homeClient.fleet.dev.start({})
      if (state !== 'running' || url === null) return setProblem(text === '' ? 'The server has ended again.' : text)
      await homeClient.fleet.connection.set({ servers: [url], credential: { kind: 'none' } })
      showDone('A server runs on this machine, and this computer has joined it')
    } catch (error) {
      setProblem(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <p className="dim">
        Or try it on this machine alone, with a server that HXE runs and that nobody else can reach:
      </p>
      <p>
        <Button icon={Play} disabled={isBusy} onClick={() => void begin()}>
          Try it on this machine
        </Button>
      </p>
      {isBusy && (
        <p className="row sm" role="status">
          <Shape name="starting" />
          Starting nats-server…
        </p>
      )}
      <Problem why={problem} />
    </>
  )
}
