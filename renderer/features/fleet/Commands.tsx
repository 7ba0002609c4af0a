import type { QueuedCommand } from '../../../contract/index.ts'
import { homeClient } from '../../connection/index.ts'
import { Ago, absoluteTime, Button, capitalise, Shape, type ShapeName } from '../../parts/index.ts'
import { showDone, showError } from '../../store/index.ts'

const shapes: Readonly<Record<QueuedCommand['state'], ShapeName>> = {
  waiting: 'waiting',
  sent: 'starting',
  done: 'completed',
  failed: 'failed',
  expired: 'unknown',
  withdrawn: 'stopped',
}

/** What waits for hosts that are away, and what came of what has waited. */
export function Commands({ commands }: { commands: readonly QueuedCommand[] }) {
  if (commands.length === 0)
    return (
      <p className="nothing dim" role="status">
        Nothing waits. A command for a host that is away waits only where that is asked for:{' '}
        <code>hxe restart web --host atlas --queue 1h</code>
      </p>
    )
  return (
    <div className="scroll">
      <table className="table plain fleet-commands" aria-label="Waiting commands">
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col">Command</th>
            <th scope="col">State</th>
            <th scope="col">By</th>
            <th scope="col">Given</th>
            <th scope="col">Until</th>
            <th scope="col">
              <span className="out-of-sight">Withdraw</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {commands.map((command) => (
            <Row key={command.id} command={command} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ command }: { command: QueuedCommand }) {
  const { host, verb, services, state, text, author, createdAt, expiresAt } = command
  const what = `${capitalise(verb)} ${services.join(', ')}`
  return (
    <tr>
      <td>{host}</td>
      <td className="cut" title={what}>
        {what}
      </td>
      <td>
        <span className="row">
          <Shape name={shapes[state]} />
          {capitalise(state)}
          <span className="dim cut" title={text}>
            {text}
          </span>
        </span>
      </td>
      <td>{author}</td>
      <td>
        <Ago iso={createdAt} />
      </td>
      <td>{absoluteTime(expiresAt)}</td>
      <td>
        {state === 'waiting' && (
          <Button small aria-label={`Withdraw ${what} on ${host}`} onClick={() => void withdraw(command)}>
            Withdraw
          </Button>
        )}
      </td>
    </tr>
  )
}

async function withdraw({ id, host }: QueuedCommand): Promise<void> {
  try {
    await homeClient.fleet.commands.withdraw({ id })
    showDone(`The command for ${host} is withdrawn`)
  } catch (error) {
    showError('The command was not withdrawn', error)
  }
}
