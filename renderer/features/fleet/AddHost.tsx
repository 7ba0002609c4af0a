import { Copy } from 'lucide-react'
import { useState } from 'react'
import type { FleetStatus } from '../../../contract/index.ts'
import { copyText } from '../../actions/index.ts'
import { Button, Dialog, IconButton } from '../../parts/index.ts'
import { joinCommand, type SignIn, signIns } from './hosts.ts'

/** What is run on another machine; it appears in the table by itself. */
export function AddHost({ status, onClose }: { status: FleetStatus; onClose: () => void }) {
  const [signIn, setSignIn] = useState<SignIn>(status.unprotected ? 'none' : 'creds')
  const command = joinCommand(status.server ?? status.servers[0] ?? 'tls://nats.example.com:4222', signIn, [])
  return (
    <Dialog label="Add a host" className="wide" onClose={onClose}>
      <div className="dialog-body">
        <h2 className="dialog-title">Add a host</h2>
        <fieldset className="seg" aria-label="How it signs in">
          {signIns.map(([id, word]) => (
            <button key={id} type="button" aria-pressed={signIn === id} onClick={() => setSignIn(id)}>
              {word}
            </button>
          ))}
        </fieldset>
        {signIn !== 'none' && (
          <p className="dim">
            First make a key for it, where the keys of this fleet are: <code>npx hxe hosts keys HOST</code>, and take
            the file to the other machine. What is printed there says which <code>--trust</code> key it needs.
          </p>
        )}
        <p className="dim">
          Run this on the other machine, while its agent runs. It needs Node and a way to the server.
        </p>
        <div className="row">
          <code className="code-block grow">{command}</code>
          <IconButton icon={Copy} label="Copy the command" onClick={() => void copyText(command)} />
        </div>
        <p className="dim" role="status">
          The host appears in the table by itself.
        </p>
      </div>
      <div className="dialog-foot">
        <Button look="primary" data-autofocus="" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  )
}
