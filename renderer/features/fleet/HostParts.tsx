import { X } from 'lucide-react'
import type { FleetHost, QueuedCommand } from '../../../contract/index.ts'
import { homeClient } from '../../connection/index.ts'
import { IconButton } from '../../parts/index.ts'
import { navigate } from '../../router/index.ts'
import { askPerson, chooseHost, showDone, showError } from '../../store/index.ts'

/** A name shows the services of that host. */
export function HostName({ host: { name, self, notes } }: { host: FleetHost }) {
  return (
    <a
      href="/services"
      className="cut"
      title={notes.length === 0 ? name : notes.join('\n')}
      onClick={(event) => {
        event.preventDefault()
        chooseHost(self ? null : name)
        navigate('/services')
      }}
    >
      {name}
    </a>
  )
}

export function RemoveHost({ host: { name } }: { host: FleetHost }) {
  return <IconButton small icon={X} label={`Remove ${name}`} onClick={() => void remove(name)} />
}

/** Takes a host off the list; what waits for it is withdrawn with it, which a person is asked about first. */
async function remove(host: string): Promise<void> {
  try {
    const { items } = await homeClient.fleet.commands.list({ host })
    const waiting = items.filter(({ state }) => state === 'waiting' || state === 'sent')
    if (waiting.length > 0 && !(await isToGo(host, waiting))) return
    const { notes } = await homeClient.hosts.remove({ host })
    showDone([`${host} is off the list.`, ...notes.filter((note) => note.includes('withdrawn'))].join(' '))
  } catch (error) {
    showError(`${host} is still on the list`, error)
  }
}

async function isToGo(host: string, waiting: readonly QueuedCommand[]): Promise<boolean> {
  const choice = await askPerson({
    title: `Remove ${host}?`,
    text: `Commands wait for it: ${waiting.map(({ verb, services }) => `${verb} ${services.join(', ')}`).join('; ')}. They are withdrawn with it, and are not done when it comes back.`,
    choices: [
      { id: 'keep', label: 'Keep it' },
      { id: 'remove', label: 'Withdraw them and remove it', look: 'danger' },
    ],
  })
  return choice === 'remove'
}
