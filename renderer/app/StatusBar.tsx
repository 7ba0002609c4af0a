import { Braces } from 'lucide-react'
import {
  alertsInWords,
  configTrouble,
  countServices,
  defaultMode,
  editsInWords,
  formatBytes,
  formatPercent,
  modeMeanings,
} from '../../contract/index.ts'
import { showKeys } from '../actions/index.ts'
import { capitalise, Icon, KeyCaps, Shape, type ShapeName } from '../parts/index.ts'
import { Link } from '../router/index.ts'
import { isStale, useEditCount, useFleet, useIsEveryHost, useIsKnown, usePanel, useServices } from '../store/index.ts'

export function StatusBar() {
  return (
    <footer className="statusbar">
      <AgentState />
      <Mode />
      <Latency />
      <HostCount />
      <Counts />
      <Alerts />
      <span className="push" />
      <HostFigures />
      <PendingConfig />
      <PendingEdits />
      <button type="button" className="wide-only" onClick={showKeys.run}>
        <KeyCaps keys={showKeys.keys ?? ''} />
        {showKeys.label}
      </button>
    </footer>
  )
}

function AgentState() {
  const kind = usePanel(({ connection }) => connection.kind)
  const isStopping = usePanel(({ model }) => model.agent?.stopping ?? false)
  const [shape, word] = agentWord(kind, isStopping)
  return (
    <span role="status">
      <Shape name={shape} />
      <b>{word}</b>
    </span>
  )
}

function agentWord(kind: string, isStopping: boolean): [ShapeName, string] {
  if (kind === 'connecting') return ['starting', 'Connecting']
  if (kind === 'signed-out') return ['unknown', 'Not signed in']
  if (kind === 'lost') return ['unknown', 'No word from the agent']
  return isStopping ? ['stopping', 'Agent stopping'] : ['running', 'Agent running']
}

/** What changes by itself is not as usual: whoever waits for a restart on save shall see why none comes. */
function Mode() {
  const mode = usePanel(({ model }) => model.agent?.mode ?? defaultMode)
  if (mode === defaultMode) return null
  return (
    <Link to="/settings" title={modeMeanings[mode]}>
      {capitalise(mode)} mode
    </Link>
  )
}

function Latency() {
  const latencyMs = usePanel((state) => state.latencyMs)
  const carrier = usePanel(({ connection }) => (connection.kind === 'connected' ? connection.carrier : null))
  if (carrier === null || latencyMs === null) return null
  const shown = latencyMs < 10 ? latencyMs.toFixed(1) : String(Math.round(latencyMs))
  return (
    <span className="wide-only">
      {carrier === 'window' ? 'This window' : 'HTTP'} · {shown} ms
    </span>
  )
}

/** Under all hosts: how many there are, and how many of them are silent. */
function HostCount() {
  const isEvery = useIsEveryHost()
  const count = useFleet(({ hosts }) => hosts.length)
  const silent = usePanel(({ model }) => model.silentHosts.length)
  if (!isEvery) return null
  return (
    <Link to="/fleet" className="told">
      <b>{count}</b> {count === 1 ? 'host' : 'hosts'}
      {silent > 0 && (
        <>
          <Shape name="unknown" />
          {silent} silent
        </>
      )}
    </Link>
  )
}

function Counts() {
  const services = useServices()
  const isKnown = useIsKnown()
  if (!isKnown) return null
  if (services.size === 0) return <span>No services yet</span>
  const stale = [...services.values()].filter(isStale).length
  // Of all hosts some may be silent: what they run is not counted with what is heard.
  const isPart = stale > 0 && stale < services.size
  const counted = isPart ? [...services.values()].filter((service) => !isStale(service)) : services.values()
  const { running, attention } = countServices(counted)
  const isAsLastKnown = stale > 0 && !isPart
  return (
    <>
      <span className="told">
        <b>{running}</b> running
      </span>
      {attention > 0 && (
        <Link to="/services?filter=state%3Aattention+" className="told">
          <Shape name={isAsLastKnown ? 'unknown' : 'failed'} />
          <b>{attention}</b> {attention === 1 ? 'needs' : 'need'} attention
        </Link>
      )}
      {stale > 0 && <span>{isPart ? `${stale} as last known` : 'as last known'}</span>}
    </>
  )
}

/** What fires, and what is kept quiet: a silence that is forgotten is as bad as none. */
function Alerts() {
  const { firing, critical, silenced, items } = usePanel(({ model }) => model.alerts)
  if (firing + silenced === 0) return null
  return (
    <>
      {firing > 0 && (
        <Link to="/alerts" className="told">
          <Shape name={items[0]?.severity ?? 'warning'} />
          {alertsInWords({ firing, critical })}
        </Link>
      )}
      {silenced > 0 && <Link to="/alerts?tab=silenced">{silenced} silenced</Link>}
    </>
  )
}

function HostFigures() {
  const host = usePanel(({ model }) => model.host)
  if (!host) return null
  const { usedBytes, totalBytes } = host.memory
  return (
    <>
      <span className="host-figure told">
        CPU <Bar share={host.cpu.percent / 100} />
        <span className="percent num">{formatPercent(host.cpu.percent)}</span>
      </span>
      <span className="host-figure told">
        Memory <Bar share={totalBytes > 0 ? usedBytes / totalBytes : 0} />
        {usedOf(usedBytes, totalBytes)}
      </span>
    </>
  )
}

/** `18.6 of 32.0 GB`: the unit once where both have the same. */
function usedOf(used: number, total: number): string {
  const [figure = '', unit] = formatBytes(used).split(' ')
  const whole = formatBytes(total)
  return whole.endsWith(` ${unit}`) ? `${figure} of ${whole}` : `${figure} ${unit} of ${whole}`
}

function Bar({ share }: { share: number }) {
  return (
    <span className="bar" aria-hidden="true">
      <i style={{ width: `${Math.min(100, Math.max(0, share * 100))}%` }} />
    </span>
  )
}

function PendingConfig() {
  const config = usePanel(({ model }) => model.config)
  const trouble = config && configTrouble(config)
  if (!trouble) return null
  return (
    <Link to="/configuration">
      <Shape name={config.status === 'invalid' ? 'critical' : 'info'} />
      {trouble.headline}
    </Link>
  )
}

function PendingEdits() {
  const count = useEditCount()
  if (count === 0) return null
  return (
    <Link to="/configuration">
      <Icon of={Braces} size={12} />
      {editsInWords(count)} not applied
    </Link>
  )
}
