import { Copy } from 'lucide-react'
import { useCallback, useState } from 'react'
import type { FleetStatus } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { homeClient } from '../../connection/index.ts'
import { Button, Choice, copyText, Dialog, IconButton, Shape } from '../../parts/index.ts'
import { showDone, useFleet } from '../../store/index.ts'
import { joinCommand, type SignIn, signIns } from './hosts.ts'

const words = signIns.map(([id, word]) => [id, word] as const)

/** What is run on another machine, step by step; it is shown here as soon as it is there. */
export function AddHost({ status, onClose }: { status: FleetStatus; onClose: () => void }) {
  const [signIn, setSignIn] = useState<SignIn>(status.unprotected ? 'none' : 'creds')
  const read = useCallback((signal: AbortSignal) => homeClient.fleet.connection.get(undefined, { signal }), [])
  const { value: own } = usePoll(read, null)
  const server = own?.servers[0] ?? status.servers[0] ?? 'tls://nats.example.com:4222'
  const trusted = [...new Set([own?.signingKey ?? [], own?.trustedKeys ?? []].flat())]
  const isLocal = /\/\/(localhost|127\.|\[::1\])/.test(server)
  return (
    <Dialog label="Add a host" className="wide" onClose={onClose}>
      <div className="dialog-body">
        <h2 className="dialog-title">Add a host</h2>
        <div className="row">
          <Choice name="How it signs in" value={signIn} options={words} onChange={setSignIn} />
        </div>
        {signIn !== 'none' && (
          <>
            <p className="dim">
              Here, where the keys of this fleet are, make one for it. What is printed says which file to take over
              there; no other host can use it.
            </p>
            <Command label="Copy the command that makes a key" text="npx hxe hosts keys HOST" />
          </>
        )}
        <p className="dim">On the other machine, with Node 20.18 or newer and a way to the server, start its agent:</p>
        <Command label="Copy the command that starts the agent" text="npx hxe agent" />
        <p className="dim">
          And join it. Others may then see its services, and start, stop and restart them: <code>allow_remote</code> in
          its configuration says what.
        </p>
        <Command label="Copy the command" text={joinCommand(server, signIn, trusted)} />
        {isLocal && (
          <p className="dim">
            This server is on this machine alone: only agents here, each with its own --data-dir, reach it.
          </p>
        )}
        <Arrivals />
      </div>
      <div className="dialog-foot">
        <Button look="primary" data-autofocus="" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  )
}

function Command({ label, text }: { label: string; text: string }) {
  const copy = async (): Promise<void> => {
    if (await copyText(text)) showDone('Copied')
  }
  return (
    <div className="row">
      <code className="code-block grow">{text}</code>
      <IconButton icon={Copy} label={label} onClick={() => void copy()} />
    </div>
  )
}

/** Hosts that were not there when the dialog opened. */
function Arrivals() {
  const hosts = useFleet((fleet) => fleet.hosts)
  const [before] = useState(() => new Set(hosts.map(({ id }) => id)))
  const come = hosts.filter(({ id, state }) => !before.has(id) && state === 'connected')
  return (
    <p className="row" role="status">
      <Shape name={come.length === 0 ? 'waiting' : 'running'} />
      {come.length === 0 ? 'Listening for a new host…' : `${come.map(({ name }) => name).join(', ')} has joined`}
    </p>
  )
}
