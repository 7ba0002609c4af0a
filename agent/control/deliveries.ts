import type { AlertsSummary } from '../../contract/index.ts'
import { type AlertsDesk, Deliveries, type DesktopNotice } from '../alerts/index.ts'
import { CoreError } from '../core.ts'
import { currentEnv, readTextNow } from '../os/index.ts'
import type { Engine } from './engine.ts'

/** What the desktop was told, kept for a window that comes a moment later. */
const mostNotices = 20

/** Brings what alerts tell to their receivers; nothing is sent before it is opened. */
export function createDeliveries(of: () => Engine): Deliveries {
  return new Deliveries({
    configuration: () => of().configuration,
    late: () => ({ env: currentEnv(), readFile: readTextNow }),
    get store() {
      return of().deps.store.deliveries
    },
    get clock() {
      return of().deps.clock
    },
    get hostName() {
      return of().deps.hostName
    },
    get env() {
      return of().env
    },
    get log() {
      return of().deps.log
    },
    newId: () => of().deps.randomText(),
    showOnDesktop: (notice) => showOnDesktop(of(), notice),
    onFailing: ({ notification, text }) =>
      of().eventLog.append({
        kind: 'delivery.failed',
        severity: 'warning',
        text: `${notification} could not be told of an alert: ${text}`,
        author: 'agent',
      }),
  })
}

/** Goes on with what waits. Returns the clean-up. */
export async function openDeliveries(engine: Engine): Promise<() => void> {
  await engine.deliveries.open().catch((error: unknown) => {
    engine.deps.log.error({ error: String(error) }, 'messages about alerts that waited could not be read')
  })
  return () => engine.deliveries.close()
}

function showOnDesktop(engine: Engine, notice: DesktopNotice): void {
  engine.desktopNotices.push(notice)
  if (engine.desktopNotices.length > mostNotices) engine.desktopNotices.shift()
  engine.hub.partChanged('alerts')
}

/** What carriers ask about where alerts are told. */
export function deliveryDesk(
  engine: Engine,
): Pick<AlertsDesk, 'summary' | 'notifications' | 'sendTest' | 'preview' | 'deliveries' | 'retry'> {
  return {
    summary: () => alertsPart(engine),
    notifications: () => engine.deliveries.notifications(),
    sendTest: (name, { trace }) => engine.deliveries.sendTest(name, trace),
    preview: ({ alert, ...request }) => {
      const found = [...engine.alerting.entries.values()].find((entry) => entry.alert.id === alert)
      if (alert !== undefined && !found) throw new CoreError('NOT_FOUND', `There is no alert "${alert}"`, {})
      return engine.deliveries.preview({ ...request, alerts: found ? [found.alert] : [] })
    },
    deliveries: (query) => engine.deliveries.deliveries(query),
    retry: (id) => engine.deliveries.retry(id),
  }
}

/** The alerts with what the desktop was told, for whoever shows it. */
export function alertsPart(engine: Engine): AlertsSummary {
  const { desktopNotices } = engine
  const summary = engine.alerting.summary()
  return desktopNotices.length === 0 ? summary : { ...summary, notices: [...desktopNotices] }
}
