import { BellOff, Plus, Search } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import type { Alert } from '../../../contract/index.ts'
import { client } from '../../connection/index.ts'
import { Button, Icon, OneHost, SilentHosts, Toolbar } from '../../parts/index.ts'
import { Link, useParameter, withQuery } from '../../router/index.ts'
import { useIsEveryHost, usePanel } from '../../store/index.ts'
import { usePollOfAlerts } from '../charts/index.ts'
import { AlertDetail } from './AlertDetail.tsx'
import { AlertList } from './AlertList.tsx'
import { Channels } from './Channels.tsx'
import { Deliveries } from './Deliveries.tsx'
import { RuleEditor } from './RuleEditor.tsx'
import { Rules } from './Rules.tsx'
import { SilenceDialog } from './SilenceDialog.tsx'
import { Silences } from './Silences.tsx'
import { type AlertTab, alertMatches, alertTabs, byGravity, tabOf, tabWords } from './words.ts'

/** What is wrong, who was told, what is kept quiet, and the rules behind it. */
export function Alerts() {
  const [tabText] = useParameter('tab')
  const [id] = useParameter('alert')
  const [filter, setFilter] = useParameter('filter')
  const [isSilencing, setSilencing] = useState(false)
  const [edited, setEdited] = useState<string | null>(null)
  const isEvery = useIsEveryHost()
  const tab = tabOf(tabText)
  const summary = usePanel(({ model }) => model.alerts)
  const counts: Partial<Record<AlertTab, number>> = { active: summary.firing, silenced: summary.silenced }
  return (
    <>
      <Toolbar title="Alerts">
        <span className="push" />
        <Button icon={BellOff} onClick={() => setSilencing(true)}>
          Silence…
        </Button>
        {!isEvery && (
          <Button icon={Plus} onClick={() => setEdited('')}>
            New rule
          </Button>
        )}
      </Toolbar>
      <div className="tabs-row">
        <div className="tabs" role="tablist" aria-label="Alerts">
          {alertTabs.map((each) => (
            <Link
              key={each}
              role="tab"
              aria-selected={each === tab}
              to={withQuery('/alerts', { tab: each === 'active' ? '' : each })}
            >
              {tabWords[each]}
              {(counts[each] ?? 0) > 0 && <span className="count">{counts[each]}</span>}
            </Link>
          ))}
        </div>
        {tab !== 'channels' && (
          <search className="input push">
            <Icon of={Search} size={14} />
            <input
              type="text"
              aria-label="Filter alerts"
              placeholder={isEvery ? 'Filter, host:' : 'Filter'}
              value={filter}
              spellCheck={false}
              onChange={(event) => setFilter(event.target.value)}
            />
          </search>
        )}
      </div>
      <SilentHosts />
      {tab === 'rules' && (
        <OneHost what="Each host has rules of its own">
          <Rules filter={filter} onEdit={setEdited} />
        </OneHost>
      )}
      {tab === 'deliveries' && (
        <OneHost what="Each host tells for itself">
          <Deliveries filter={filter} />
        </OneHost>
      )}
      {tab === 'channels' && (
        <OneHost what="Each host has channels of its own">
          <Channels />
        </OneHost>
      )}
      {tab === 'silenced' && <Silences filter={filter} id={id} />}
      {(tab === 'active' || tab === 'history') && <Split tab={tab} filter={filter} id={id} />}
      {isSilencing && <SilenceDialog onClose={() => setSilencing(false)} />}
      {edited !== null && <RuleEditor name={edited} onClose={() => setEdited(null)} />}
    </>
  )
}

const listed = 500

/** The list at the left, the chosen one at the right. */
function Split({ tab, filter, id }: { tab: 'active' | 'history'; filter: string; id: string }) {
  const state = tab === 'active' ? 'active' : 'resolved'
  const read = useCallback((signal: AbortSignal) => client.alerts.list({ state, limit: listed }, { signal }), [state])
  const { value, problem } = usePollOfAlerts(read, null)
  const alerts = useMemo(() => sorted(value?.items ?? [], tab, filter), [value, tab, filter])
  const chosen = alerts.find((alert) => alert.id === id) ?? alerts[0]
  if (problem !== null) return <p className="nothing dim">{problem}</p>
  if (value === null) return null
  if (alerts.length === 0)
    return (
      <p className="nothing dim" role="status">
        {wordOf(tab, filter)}
      </p>
    )
  return (
    <div className="split">
      <AlertList alerts={alerts} chosen={chosen?.id} tab={tab} />
      {chosen && <AlertDetail key={chosen.id} id={chosen.id} known={chosen} />}
    </div>
  )
}

function sorted(alerts: readonly Alert[], tab: 'active' | 'history', filter: string): Alert[] {
  const shown = alerts.filter((alert) => alertMatches(alert, filter))
  return tab === 'active' ? shown.sort(byGravity) : shown.sort((a, b) => b.changedAt.localeCompare(a.changedAt))
}

function wordOf(tab: 'active' | 'history', filter: string): string {
  if (filter !== '') return 'No alert matches the filter.'
  return tab === 'active' ? 'All is quiet: no alert is active.' : 'No alert has fired and ended yet.'
}
