import type { Alert, MessagePreview } from '../../../contract/index.ts'
import { CoreError } from '../../core.ts'
import { correlated, type Trace } from '../../trace.ts'
import type { Notice } from '../types.ts'
import { untouched } from '../untouched.ts'
import { bodyOf } from './channels/index.ts'
import { composeMessage } from './message.ts'
import type { Outcome } from './outcome.ts'
import type { DeliverParts } from './parts.ts'
import { type Target, targetOf } from './target.ts'

/**
 * A test that does not arrive answers after this time and in these words, whatever it was: a refused address, a closed
 * port and a wrong status look alike, so that nobody learns of a network by tests. The agent's log has the reason.
 */
export const failedTestAfterMs = 5_000
const delivered = { delivered: true, text: 'The test was delivered.' }
const failed = { delivered: false, text: "The test did not arrive. The agent's log says why." }

interface TestParts extends DeliverParts {
  targetOf(name: string): ReturnType<typeof targetOf> | undefined
  send(target: Target, notice: Notice): Promise<Outcome>
}

/** @throws NOT_FOUND */
export async function sendTest(
  name: string,
  trace: Trace | undefined,
  parts: TestParts,
): Promise<{ delivered: boolean; text: string }> {
  const { clock, log, hostName } = parts
  const found = parts.targetOf(name)
  if (!found) throw noSuch(name, parts)
  // What is missing here is said by the notification itself.
  if ('problem' in found) return { delivered: false, text: found.problem }
  const late = new Promise<void>((resolve) => clock.after(failedTestAfterMs, resolve))
  const target = { ...found.target, timeoutMs: Math.min(found.target.timeoutMs, failedTestAfterMs) }
  const outcome = await parts.send(target, sampleNotice(name, parts.newId(), [sampleAlert(clock.nowMs(), hostName)]))
  if (outcome.delivered) return delivered
  const reason = outcome.detail ?? outcome.text
  log.warn({ notification: name, reason, ...correlated(trace) }, 'a test of a notification did not arrive')
  await late
  return failed
}

/** @throws NOT_FOUND */
export function previewOf(
  request: { name: string; alerts: readonly Alert[]; title?: string; text?: string },
  parts: DeliverParts,
): MessagePreview {
  const { configuration, late, clock, hostName } = parts
  const { notifications, mail } = configuration() ?? {}
  const spec = notifications?.get(request.name)
  if (!spec) throw noSuch(request.name, parts)
  const templates = { title: request.title ?? spec.title, text: request.text ?? spec.text }
  const alerts = request.alerts.length > 0 ? request.alerts : [sampleAlert(clock.nowMs(), hostName)]
  const notice = sampleNotice(spec.name, 'preview', alerts)
  const { title, text, problem } = composeMessage(notice, templates)
  if (problem !== undefined) throw new CoreError('BAD_INPUT', `The template cannot be used: ${problem}`, {})
  const found = targetOf({ ...spec, ...defined(templates) }, mail, late())
  const body = 'target' in found ? bodyOf(found.target, notice, hostName) : undefined
  return { title, text, body: body ?? `${title}\n\n${text}` }
}

const defined = (templates: { title: string | undefined; text: string | undefined }) => ({
  ...(templates.title !== undefined && { title: templates.title }),
  ...(templates.text !== undefined && { text: templates.text }),
})

function noSuch(name: string, { configuration }: DeliverParts): CoreError {
  const known = [...(configuration()?.notifications.keys() ?? [])].join(', ')
  return new CoreError('NOT_FOUND', `There is no notification "${name}"; there are: ${known}`, { name })
}

const sampleNotice = (notification: string, id: string, alerts: readonly Alert[]): Notice => ({
  id,
  notification,
  status: 'firing',
  groupLabels: { service: alerts[0]?.service ?? '' },
  alerts,
})

/** An alert that says of itself that it is none. */
export function sampleAlert(nowMs: number, host: string): Alert {
  const at = new Date(nowMs).toISOString()
  return {
    id: 'test',
    name: 'test',
    state: 'firing',
    severity: 'info',
    on: 'agent',
    host,
    metric: null,
    unit: null,
    value: null,
    threshold: null,
    labels: { alertname: 'test', severity: 'info' },
    startsAt: at,
    firedAt: at,
    summary: `This is a test from HXE on ${host}: nothing is wrong`,
    ...untouched(),
    changedAt: at,
  }
}
