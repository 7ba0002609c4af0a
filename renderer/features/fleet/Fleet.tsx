import { ListRestart, Plus } from 'lucide-react'
import { useCallback, useState } from 'react'
import { isRolloutOver } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { homeClient } from '../../connection/index.ts'
import { Button, Toolbar } from '../../parts/index.ts'
import { useParameter } from '../../router/index.ts'
import { useFleet } from '../../store/index.ts'
import { AddHost } from './AddHost.tsx'
import { Bundles } from './Bundles.tsx'
import { Commands } from './Commands.tsx'
import { ConnectDialog } from './ConnectDialog.tsx'
import { type FleetTab, FleetTabs } from './FleetTabs.tsx'
import { Hosts } from './Hosts.tsx'
import { Joined } from './Joined.tsx'
import { NewRollout } from './NewRollout.tsx'
import { NoFleet } from './NoFleet.tsx'
import { Rollouts } from './Rollouts.tsx'

const tabs = [
  { id: 'hosts', word: 'Hosts' },
  { id: 'bundles', word: 'Configuration' },
  { id: 'rollouts', word: 'Rollouts' },
  { id: 'commands', word: 'Waiting commands' },
] as const
type Tab = (typeof tabs)[number]['id']

const lookEveryMs = 1_000

/** All hosts, how they are, and what is done with many of them. */
export function Fleet() {
  const status = useFleet((fleet) => fleet.status)
  const [tabText] = useParameter('tab')
  const [open, setOpen] = useState<'host' | 'rollout' | 'connection' | null>(null)
  const close = useCallback(() => setOpen(null), [])
  const tab: Tab = tabs.find(({ id }) => id === tabText)?.id ?? 'hosts'
  const isOff = status === null || status.state === 'off'
  const { rollouts, commands } = useWork()
  const counts: Partial<Record<Tab, number>> = {
    rollouts: rollouts.filter((rollout) => !isRolloutOver(rollout)).length,
    commands: commands.filter(({ state }) => state === 'waiting' || state === 'sent').length,
  }
  const shown = tabs.map((each): FleetTab<Tab> => ({ ...each, count: counts[each.id] ?? 0 }))
  return (
    <>
      <Toolbar title="Fleet">
        <span className="push" />
        {!isOff && (
          <Button icon={ListRestart} onClick={() => setOpen('rollout')}>
            Rolling restart
          </Button>
        )}
        {!isOff && (
          <Button look="primary" icon={Plus} onClick={() => setOpen('host')}>
            Add host
          </Button>
        )}
      </Toolbar>
      {status !== null && !isOff && <Joined status={status} onChange={() => setOpen('connection')} />}
      {isOff ? <NoFleet onConnect={() => setOpen('connection')} /> : <FleetTabs tabs={shown} chosen={tab} />}
      {!isOff && tab === 'hosts' && <Hosts />}
      {!isOff && tab === 'bundles' && <Bundles />}
      {!isOff && tab === 'rollouts' && <Rollouts rollouts={rollouts} />}
      {!isOff && tab === 'commands' && <Commands commands={commands} />}
      {open === 'host' && status && <AddHost status={status} onClose={close} />}
      {open === 'connection' && <ConnectDialog onClose={close} />}
      {open === 'rollout' && <NewRollout onClose={close} />}
    </>
  )
}

/** What is rolled out and what waits, as long as it can be asked. */
function useWork() {
  const read = useCallback(async (signal: AbortSignal) => {
    const [rollouts, commands] = await Promise.all([
      homeClient.fleet.rollouts.list(undefined, { signal }),
      homeClient.fleet.commands.list({}, { signal }),
    ])
    return { rollouts: rollouts.items, commands: commands.items }
  }, [])
  const { value } = usePoll(read, lookEveryMs)
  return value ?? { rollouts: [], commands: [] }
}
