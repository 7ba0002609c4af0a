import { create } from 'zustand'
import { everyHost } from '../../contract/index.ts'
import { homeClient } from '../connection/index.ts'
import { hostOfStep, keepHostOfStep, matchRoute, navigate } from '../router/index.ts'
import { applyFleetMessage, type FleetModel } from './fleetmodel.ts'

interface FleetState extends FleetModel {
  /** The host that is shown; null is this computer, `everyHost` all of them. */
  chosen: string | null
  /** From where one came to the host that is shown, for the way back to the list. */
  cameFrom: string | null
}

export const useFleet = create<FleetState>()(() => ({ status: null, hosts: [], chosen: null, cameFrom: null }))

/** Shows another host, or all; null is this computer. */
export function chooseHost(chosen: string | null): void {
  keepHostOfStep(chosen)
  if (useFleet.getState().chosen !== chosen) useFleet.setState({ chosen, cameFrom: null })
}

/** Shows the host of something among those of all; the list of all stays the one to come back to. */
export function visitHost(chosen: string | null): void {
  const cameFrom = isEveryHost() ? everyHost : null
  chooseHost(chosen)
  if (cameFrom !== null) useFleet.setState({ cameFrom })
}

/** What a person chooses. A page about one service is about that of one host: another host begins with its list. */
export function showHost(host: string | null): void {
  if (matchRoute(window.location.pathname).page === 'service') navigate('/services')
  chooseHost(host)
}

/** Back to the list of services that one came from. */
export function backToServices(): void {
  const { cameFrom } = useFleet.getState()
  navigate('/services')
  if (cameFrom !== null) chooseHost(cameFrom)
}

export const useIsEveryHost = (): boolean => useFleet(({ chosen }) => chosen === everyHost)

/** Whether all hosts are shown, for what is decided when it is done. */
export const isEveryHost = (): boolean => useFleet.getState().chosen === everyHost

/** Shows the host that the page was left with; a step back may lead to another one. Returns what stops it. */
export function followHostOfStep(): () => void {
  const follow = (): void => useFleet.setState({ chosen: hostOfStep(), cameFrom: null })
  const open = ({ source, data }: MessageEvent): void => {
    if (source === window && data?.type === 'hxe-open' && isEveryHost() && isOfThisComputer(String(data.path)))
      chooseHost(null)
  }
  follow()
  window.addEventListener('popstate', follow)
  window.addEventListener('message', open)
  return () => {
    window.removeEventListener('popstate', follow)
    window.removeEventListener('message', open)
  }
}

/** What the tray, notices and links open by its name alone is this computer's. */
const isOfThisComputer = (path: string): boolean =>
  /^\/services\/.|[?&](?:service|alert)=./.test(path) && !/@|%40/.test(path)

const againMs = 2_000

/** Hears who is in the fleet, whichever host is shown, and begins again where that breaks off. Returns what stops it. */
export function followFleet(): () => void {
  const ended = new AbortController()
  const { signal } = ended
  let seq: number | undefined
  async function follow(): Promise<void> {
    while (!signal.aborted) {
      try {
        const since = seq === undefined ? {} : { since: seq }
        for await (const message of await homeClient.fleet.watch(since, { signal })) {
          seq = message.seq
          useFleet.setState((last) => applyFleetMessage(last, message))
        }
      } catch {
        // The connection's own banner says that the agent is away; what was known of the fleet stays.
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, againMs))
    }
  }
  void follow()
  return () => ended.abort()
}
