import { type FormEvent, useEffect, useState } from 'react'
import {
  type ConnectionTrial,
  correlationOf,
  type FleetConnection,
  type NewConnection,
} from '../../../contract/index.ts'
import { messageOf } from '../../actions/index.ts'
import { homeClient } from '../../connection/index.ts'
import { Button, CopyDetails, Dialog, DialogFoot, Shape } from '../../parts/index.ts'
import { showDone, showError } from '../../store/index.ts'
import { CommandFields, CredentialFields, TlsFields } from './CredentialFields.tsx'
import { type ConnectionDraft, connectionOf, draftOf } from './connection.ts'
import { TextLine } from './TextLine.tsx'

/** How this computer joins a fleet. What is there already can be changed. */
export function ConnectDialog({ onClose }: { onClose: () => void }) {
  const [known, setKnown] = useState<FleetConnection | null>(null)
  useEffect(() => {
    let isGone = false
    homeClient.fleet.connection.get().then(
      (connection) => !isGone && setKnown(connection),
      (error: unknown) => {
        if (isGone) return
        showError('How this computer is joined could not be read', error)
        onClose()
      },
    )
    return () => {
      isGone = true
    }
  }, [onClose])
  return known && <Form known={known} onClose={onClose} />
}

type Work = 'try' | 'connect' | null
type Told = Pick<ConnectionTrial, 'ok' | 'text'> & { operation?: string | undefined }

function Form({ known, onClose }: { known: FleetConnection; onClose: () => void }) {
  const [draft, setDraft] = useState<ConnectionDraft>(() => draftOf(known))
  const [told, setTold] = useState<Told | null>(null)
  const [work, setWork] = useState<Work>(null)
  const [isRefused, setRefused] = useState(false)
  const isChange = known.servers.length > 0
  const change = (part: Partial<ConnectionDraft>): void => {
    setDraft((before) => ({ ...before, ...part }))
    setTold(null)
    setRefused(false)
  }
  const run = async (kind: Exclude<Work, null>, ask: (connection: NewConnection) => Promise<void>): Promise<void> => {
    const made = connectionOf(draft)
    if ('missing' in made) return setTold({ ok: false, text: made.missing })
    setWork(kind)
    setTold(null)
    try {
      await ask(made.connection)
    } catch (error) {
      setTold({ ok: false, text: messageOf(error), operation: correlationOf(error) })
      setRefused(kind === 'connect')
    } finally {
      setWork(null)
    }
  }
  const attempt = () => run('try', async (connection) => setTold(await homeClient.fleet.connection.try(connection)))
  const join = (unchecked: boolean) =>
    run('connect', async (connection) => {
      await homeClient.fleet.connection.set({ ...connection, unchecked })
      showDone('Written, and joined from now on')
      onClose()
    })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void join(false)
  }
  return (
    <Dialog label="Connect to a fleet" className="wide roomy" onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <div className="dialog-body">
          <h2 className="dialog-title">{isChange ? 'Change the connection' : 'Connect to a fleet'}</h2>
          <TextLine
            label="Servers"
            value={draft.servers}
            placeholder="tls://nats.example.com:4222; several with commas"
            isFirst
            onChange={(servers) => change({ servers })}
          />
          <TextLine
            label="Name of the fleet"
            value={draft.clusterName}
            placeholder="home"
            onChange={(clusterName) => change({ clusterName })}
          />
          <CredentialFields
            draft={draft}
            isKept={known.credential !== null && known.credential !== 'none'}
            onChange={change}
          />
          <TlsFields draft={draft} onChange={change} />
          <CommandFields draft={draft} onChange={change} />
          <p className="dim sm">{known.keeper.text} In the configuration stand references to them.</p>
          <Outcome told={told} work={work} />
        </div>
        <DialogFoot onCancel={onClose}>
          {isRefused && (
            <Button disabled={work !== null} onClick={() => void join(true)}>
              Write it all the same
            </Button>
          )}
          <Button disabled={work !== null} onClick={() => void attempt()}>
            Try
          </Button>
          <Button look="primary" type="submit" disabled={work !== null}>
            Connect
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}

function Outcome({ told, work }: { told: Told | null; work: Work }) {
  if (work !== null)
    return (
      <p className="row sm" role="status">
        <Shape name="starting" />
        {work === 'try' ? 'Trying…' : 'Connecting…'}
      </p>
    )
  if (told === null) return null
  return (
    <p className={told.ok ? 'row sm' : 'row sm failed-text'} role={told.ok ? 'status' : 'alert'}>
      <Shape name={told.ok ? 'completed' : 'failed'} />
      <span>{told.text}</span>
      <CopyDetails text={told.text} operation={told.operation} />
    </p>
  )
}
